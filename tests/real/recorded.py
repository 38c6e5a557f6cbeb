"""recorded - refusals of real servers as they came, in the form of tests/data/answers/refusals.tsv"""
import base64
import json
import pathlib
import urllib.error
import urllib.request

from servers import KEY

SLIDE = pathlib.Path(__file__).resolve().parents[2] / "stages" / "vision" / "doctor_slide.jpg"
ROWS = "# server and version\tstatus\tmeaning\twhat is learned of it\tbody, as it came\n"
PLAIN = {"model": "tiny", "max_tokens": 8, "messages": [{"role": "user", "content": "hi"}]}
LONG = {"model": "tiny", "max_tokens": 8, "messages": [{"role": "user", "content": "word " * 4000}]}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}


def picture():
    url = "data:image/jpeg;base64," + base64.b64encode(SLIDE.read_bytes()).decode()
    return {**PLAIN, "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "image_url", "image_url": {"url": url}}]}]}


def post(url, body, key=KEY):
    request = urllib.request.Request(url + "/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": "Bearer " + key})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def refusals(servers):
    """(server, meaning, what is learned, (status, body)); meaning and lesson are what the answer must be taken for."""
    who = servers.version("llama.cpp")
    with servers.llama("-c", "2048", "-np", "1", "--api-key", "sesame", blind=True) as url:
        yield who, "key", "-", post(url, PLAIN)
        yield who, "blind", "blind", post(url, picture(), "sesame")
        yield who, "context", "-", post(url, LONG, "sesame")
        yield who, "format", "oc", post(url, {**PLAIN, "response_format": {"type": "nope"}}, "sesame")
    who = servers.version("LiteLLM")
    with servers.litellm() as url:
        yield who, "key", "-", post(url, PLAIN, "sk-wrong-9876")
        yield who, "model", "-", post(url, {**PLAIN, "model": "nope"})
        answers = [post(url, {**PLAIN, "model": "broken"}) for _ in range(4)]
        yield who, "down", "-", answers[0]  # nobody is there
        yield who, "down", "-", answers[-1]  # all are in cooldown
    who = servers.version("llama-cpp-python")
    with servers.llama_cpp_python(1024) as url:
        yield who, "format", "oc", post(url, {**PLAIN, "response_format": SCHEMA})
        yield who, "context", "-", post(url, LONG)


def write(servers, path):
    lines = []
    for who, meaning, learned, (status, body) in refusals(servers):
        body = " ".join(body.split()).replace(str(servers.folder), "/srv/real")
        lines.append("\t".join([who, str(status), meaning, learned, body]))
        print(lines[-1], flush=True)
    path.write_text(ROWS + "\n".join(lines) + "\n")
