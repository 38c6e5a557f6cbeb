"""The real slidemill-front between raw sockets on one side and a stand-in for the supervisor on the other.

SLIDEMILL_BUILD names the build folder (default: build beside the tests)."""

import contextlib
import gzip
import hashlib
import hmac
import json
import os
import re
import resource
import select
import socket
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

import msgpack
import pytest
import requests
import zmq

import refusals



ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("SLIDEMILL_BUILD", ROOT / "build")) / "slidemill-front"
HELLO, BEAT, RETIRE, SUBMIT, ASK, ANSWER, NAMED = 1, 2, 3, 50, 51, 52, 53
PROBE_REQUEST, GOOD = 2 ** 64 - 1, (200, "", "", 0)
SECRET = "s3cret-of-links"
JOB = {"jobId": "job-1", "s3Key": "uploads/a b+(é).pdf", "email": "a@example.org", "language": "Spanish"}


class Supervisor:
    """Holds the listening socket, starts front, answers what it is asked as answer(kind, fields, frame) says."""

    def __init__(self, folder, **environment):
        self.folder = folder
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {"PATH": os.environ["PATH"], "SLIDEMILL_STORE_DIR": str(folder / "store"),
                            "SLIDEMILL_LINK_SECRET": SECRET, "LOG_LEVEL": "debug", **environment,
                            # not dumpable, so a leak check cannot attach
                            "ASAN_OPTIONS": "detect_leaks=0"}
        self.context = zmq.Context()
        self.generation = 0
        self.seen, self.named = [], []
        self.silent = threading.Event()
        self.state = GOOD  # what front's own probe is told
        self.lock = threading.Lock()
        self.stop = False
        self.log = folder / "log"
        self.start()

    def start(self):
        self.generation += 1
        ends = [f"ipc://{self.folder}/{way}{self.generation}" for way in ("tasks", "results")]
        self.tasks = self.context.socket(zmq.PUSH)
        self.results = self.context.socket(zmq.PULL)
        self.tasks.bind(ends[0])
        self.results.bind(ends[1])
        fd = self.listener.fileno()
        with open(self.log, "ab") as log:
            self.front = subprocess.Popen(
                ["bash", "-c", f'exec 3<&{fd}; exec "$0" "$@"', str(PROGRAM), "--slot", "0", "--generation",
                 str(self.generation), "--tasks", ends[0], "--results", ends[1]],
                env=self.environment, pass_fds=(fd,), stderr=log)
        assert self.results.poll(10000), "front says HELLO"
        assert msgpack.unpackb(self.results.recv_multipart()[0])[0] == HELLO
        self.stop = False
        self.thread = threading.Thread(target=self.run, args=(self.tasks, self.results), daemon=True)
        self.thread.start()

    def run(self, tasks, results):
        while not self.stop:
            if not results.poll(50):
                continue
            header, *frames = results.recv_multipart()
            kind, *fields = msgpack.unpackb(header)
            if kind == BEAT:
                continue
            if kind == NAMED:
                self.named.append(fields)
                continue
            if fields[0] == PROBE_REQUEST:
                if not self.silent.is_set():
                    tasks.send_multipart([msgpack.packb([ANSWER, fields[0], *self.state])])
                continue
            self.seen.append((kind, fields, frames))
            if not self.silent.is_set():
                tasks.send_multipart(self.answer(kind, fields, frames))

    def answer(self, kind, fields, frames):
        status, code, detail, retry, body = 200, "", "", 0, {"status": "healthy"}
        if kind == SUBMIT:
            status, body = 202, {"jobId": fields[1], "status": "accepted", "message": "Processing started"}
            if fields[1] == "conflict":
                status, code, detail, body = 409, "JOB_CONFLICT", "the id was used for another file", None
            if fields[1] == "full":
                status, code, detail, retry, body = 429, "QUEUE_FULL", "", 2500, None
        elif fields[1] == 0:
            body = {"jobId": fields[2], "state": "working"}
            if fields[2] == "nobody":
                status, code, body = 404, "JOB_NOT_FOUND", None
        elif fields[1] == 1:
            body = {"jobs": [], "cursor": fields[3]}
        message = [msgpack.packb([ANSWER, fields[0], status, code, detail, retry])]
        return message + ([json.dumps(body).encode()] if body is not None else [])

    def kill(self):
        self.front.kill()
        self.front.wait()
        self.stop = True
        self.thread.join()

    def retire(self):
        self.stop = True
        self.thread.join()
        self.tasks.send(msgpack.packb([RETIRE, self.generation]))
        return self.front.wait(15)

    def close(self):
        if self.front.poll() is None:
            self.kill()
        self.listener.close()
        self.context.destroy(linger=0)

    def wait_seen(self, count):
        end = time.monotonic() + 10
        while len(self.seen) < count and time.monotonic() < end:
            time.sleep(0.005)
        assert len(self.seen) >= count
        return self.seen[count - 1]

    def raw(self, data, timeout=30):
        """Sends bytes as they are; all that comes until the server closes, which they must bring about."""
        with socket.create_connection(("127.0.0.1", self.port)) as s:
            s.settimeout(timeout)
            s.sendall(data)
            got = b""
            while piece := s.recv(65536):
                got += piece
            return got


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    supervisor = Supervisor(tmp_path_factory.mktemp("front"))
    yield supervisor
    assert supervisor.front.poll() is None, "front survived all of it"
    supervisor.close()


@pytest.fixture
def make(tmp_path):
    made = []

    def one(**environment):
        made.append(Supervisor(tmp_path, **environment))
        return made[-1]

    yield one
    for supervisor in made:
        supervisor.close()


def problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert body["code"] == code and body["status"] == status and body["type"] == "urn:slidemill:" + code
    return body["detail"]


def test_a_job_is_handed_over_and_the_answer_comes_back(up):
    before = len(up.seen)
    answer = requests.post(up.url + "/process", json=JOB)
    assert answer.status_code == 202
    assert answer.json() == {"jobId": "job-1", "status": "accepted", "message": "Processing started"}
    kind, fields, frames = up.wait_seen(before + 1)
    assert kind == SUBMIT and fields[1:6] == ["job-1", JOB["s3Key"], JOB["email"], "Spanish", ""] and frames == []
    assert re.fullmatch("[0-9a-f]{64}", fields[6])


@pytest.mark.parametrize("path, status, body", [
    ("/health", 200, {"status": "healthy"}), ("/livez", 200, {"status": "alive"}),
    ("/jobs/abc", 200, {"jobId": "abc", "state": "working"}), ("/jobs?cursor=x%20y", 200, {"jobs": [], "cursor": "x y"})])
def test_questions(up, path, status, body):
    answer = requests.get(up.url + path)
    assert (answer.status_code, answer.json()) == (status, body)
    head = requests.head(up.url + path)
    assert head.status_code == status and head.content == b""
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def until_status(up, path, status, most=15):
    """The first answer with that status."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        answer = requests.get(up.url + path)
        if answer.status_code == status:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{path} is not {status} but {answer.status_code} {answer.text}")


@pytest.mark.parametrize("state, live", [
    ((503, "SHUTTING_DOWN", "", 10000), 200), ((503, "NOT_READY", "vision: no worker is ready", 0), 200),
    ((429, "QUEUE_FULL", "", 30000), 200), ((507, "STORAGE_FULL", "", 30000), 200), ((503, "WEDGED", "explain", 0), 503)])
def test_readyz_and_livez_say_what_the_probe_was_told(up, state, live):
    before = len(up.seen)
    assert until_status(up, "/readyz", 200).json() == {"status": "ready"}
    up.state = state
    try:
        answer = until_status(up, "/readyz", 503)
        assert answer.headers["Content-Type"] == "application/problem+json" and "Retry-After" in answer.headers
        assert answer.json()["code"] == state[1] and answer.json()["status"] == 503
        assert requests.get(up.url + "/livez").status_code == live
    finally:
        up.state = GOOD
    until_status(up, "/readyz", 200)
    assert len(up.seen) == before, "probes are answered from memory"


def test_a_supervisor_that_does_not_answer_is_not_live(up):
    until_status(up, "/readyz", 200)
    up.silent.set()
    try:
        assert until_status(up, "/livez", 503).json()["code"] == "STALLED"
        assert until_status(up, "/readyz", 503).json()["code"] == "STALLED"
    finally:
        up.silent.clear()
        up.tasks.send_multipart([msgpack.packb([ANSWER, PROBE_REQUEST, *GOOD])])
    until_status(up, "/livez", 200)


def body_without(name):
    return {key: value for key, value in JOB.items() if key != name}


@pytest.mark.parametrize("body, status, code", [
    (b"", 400, "BAD_JSON"), (b"[]", 400, "BAD_JSON"), (b"{", 400, "BAD_JSON"), (b'{"a":1,"a":2}', 400, "BAD_JSON"),
    (b'{"jobId":"\xff"}', 400, "BAD_JSON"), (b'{"jobId":"a\\u0000b"}', 422, "INVALID_VALUE"),
    (b"[" * 60000, 400, "BAD_JSON"),
    (body_without("jobId"), 422, "MISSING_FIELD"), ({**JOB, "jobId": 3}, 422, "WRONG_TYPE"),
    ({**JOB, "jobId": "../x"}, 422, "INVALID_VALUE"), ({**JOB, "jobId": "a..b"}, 422, "INVALID_VALUE"),
    ({**JOB, "jobId": "a" * 129}, 422, "INVALID_VALUE"),
    ({**JOB, "jobId": "conflict"}, 409, "JOB_CONFLICT"), ({**JOB, "jobId": "full"}, 429, "QUEUE_FULL"),
    (b" " * 70000, 413, "BODY_TOO_LARGE")])
def test_a_bad_job_gets_its_code(up, body, status, code):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = requests.post(up.url + "/process", data=data, headers={"Content-Type": "application/json"})
    problem(answer, status, code)
    assert code != "QUEUE_FULL" or answer.headers["Retry-After"] == "3"


def wished(fields):
    """What front says of the job beside its fields: the wishes of a SUBMIT, as JSON."""
    return json.loads(next((field for field in fields if isinstance(field, str) and field.startswith("{")), "{}"))


@pytest.mark.parametrize("job, said", [
    (body_without("s3Key"), "s3Key is absent"), ({**JOB, "s3Key": None}, "s3Key must be a string"), ({**JOB, "s3Key": 7}, "s3Key must be a string"),
    ({**JOB, "s3Key": ""}, "s3Key must have 1 to 1024 bytes"), ({**JOB, "s3Key": "é" * 513}, "s3Key must have 1 to 1024 bytes"),
    ({**JOB, "s3Key": "a\0b"}, "without NUL"), ({**JOB, "pages": "1-3"}, "pages"), ({**JOB, "callbackUrl": "http://a/"}, "callbackUrl"),
    ({**JOB, "cards": "6"}, "cards must be an object"), ({**JOB, "metadata": {"week": 3}}, "metadata.week"), ({**JOB, "password": 1}, "password"),
    ({**JOB, "outputs": ["pptx"]}, "outputs"), ({**JOB, "priority": "high"}, "priority"), ({**JOB, "instructions": []}, "instructions")])
def test_a_job_with_an_id_is_accepted_to_fail_by_its_callback(up, job, said):
    before = len(up.seen)
    assert requests.post(up.url + "/process", json=job).status_code == 202
    assert requests.post(up.url + "/process", json=job).status_code == 202
    _, fields, _ = up.wait_seen(before + 1)
    assert fields[1] == "job-1" and said in wished(fields)["fault"]
    assert up.wait_seen(before + 2)[1][6] == fields[6], "the same request is the same job"
    if "s3Key" in job:
        problem(requests.post(up.url + "/estimate", json=job), 422, requests.post(up.url + "/estimate", json=job).json()["code"])


@pytest.mark.parametrize("change, email, language, remark", [
    ({"email": None}, "", "Spanish", ""), ({"email": ""}, "", "Spanish", ""), ({"email": 7}, "", "Spanish", "email was left out"),
    ({"email": "a\r\nBcc: b"}, "", "Spanish", "email was left out"), ({"email": "a" * 400}, "", "Spanish", "email was left out"),
    ({"language": None}, JOB["email"], "Spanish", ""), ({"language": ""}, JOB["email"], "Spanish", ""),
    ({"language": "日本語"}, JOB["email"], "日本語", ""), ({"language": 3}, JOB["email"], "Spanish", "language was not understood"),
    ({"language": ["German"]}, JOB["email"], "German", ""), ({"language": "undefined"}, JOB["email"], "Spanish", "language was not understood"),
    ({"language": "x" * 5000}, JOB["email"], "Spanish", "language was not understood"),
    ({"language": "Ger\u0000man", "email": []}, "", "Ger man", "email was left out: "), ({"unknown": {"a": [1]}}, JOB["email"], "Spanish", "")])
def test_odd_addresses_and_languages_refuse_no_job(up, change, email, language, remark):
    before = len(up.seen)
    assert requests.post(up.url + "/process", json={**JOB, **change}).status_code == 202
    _, fields, _ = up.wait_seen(before + 1)
    assert fields[3:5] == [email, language] and remark in wished(fields).get("remark", "") and "fault" not in wished(fields)
    assert bool(remark) == ("remark" in wished(fields))


def test_what_a_web_app_leaves_out(up, make):
    before = len(up.seen)
    assert requests.post(up.url + "/process", json={"jobId": "B1E2-Ab", "s3Key": "a.pdf"}).status_code == 202
    assert up.wait_seen(before + 1)[1][1:5] == ["B1E2-Ab", "a.pdf", "", "Spanish"]
    up = make(SLIDEMILL_DEFAULT_LANGUAGE="Italian")
    assert requests.post(up.url + "/process", json={"jobId": "j", "s3Key": "a.pdf", "language": ""}).status_code == 202
    assert up.wait_seen(1)[1][4] == "Italian"
    assert requests.post(up.url + "/process", files={"file": ("a.pdf", b"%PDF")}, data={"language": " ", "email": "a\tb"}).status_code == 202
    assert up.wait_seen(2)[1][3:5] == ["", "Italian"]


@pytest.mark.parametrize("type_", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8", "text/plain;charset=UTF-8",
                                   "text/plain", None, "application/x-www-form-urlencoded", "application/octet-stream"])
def test_json_is_json_by_whatever_name(up, type_):
    headers = {"Content-Type": type_} if type_ else {}
    assert requests.post(up.url + "/process", data=json.dumps(JOB).encode(), headers=headers).status_code == 202
    answer = requests.post(up.url + "/process", data=json.dumps(JOB).encode(), headers={**headers, "Origin": "https://evil.example"})
    assert answer.status_code == (202 if type_ and "json" in type_.lower() else 415), "a page in a browser must ask first"


def test_a_form_of_another_origins_page_is_refused(up, make):
    """A browser sends it without asking first, so any page could spend what this service may spend."""
    def post(at, **headers):
        return requests.post(at.url + "/process", files={"file": ("a.pdf", b"%PDF-1.7\n")}, headers=headers)

    before = len(up.seen)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": up.url, "Sec-Fetch-Site": "cross-site"}):
        answer = post(up, **headers)
        problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
        assert "http.cors_origins" in answer.json()["detail"]
    assert len(up.seen) == before
    assert post(up).status_code == 202
    assert post(up, Origin=up.url).status_code == 202
    assert post(up, **{"Origin": "https://app.example", "Sec-Fetch-Site": "same-origin"}).status_code == 202
    assert post(make(SLIDEMILL_CORS_ORIGINS="https://app.example"), Origin="https://app.example").status_code == 202


def test_a_word_ends_where_it_ends(up):
    for field, value in (("cards", {"style": "basic\0x"}), ("priority", "economy\0"), ("outputs", ["md\0"])):
        before = len(up.seen)
        assert requests.post(up.url + "/process", json={**JOB, field: value}).status_code == 202
        assert "must be" in str(up.wait_seen(before + 1)[1]) or "takes these words" in str(up.seen[before][1])


def test_a_question_that_is_too_long_is_no_other_question(up):
    before = len(up.seen)
    problem(requests.get(up.url + "/jobs?cursor=" + "a" * 500), 422, "INVALID_VALUE")
    assert len(up.seen) == before


def test_a_forms_unknown_fields_may_come_twice(up):
    parts = [("file", ("a.pdf", b"%PDF-1.7\n")), ("tag", (None, "a")), ("tag", (None, "b"))]
    assert requests.post(up.url + "/process", files=parts).status_code == 202
    answer = requests.post(up.url + "/process", files=parts + [("email", (None, "a@example.org")), ("email", (None, "b@example.org"))])
    problem(answer, 400, "BAD_MULTIPART")
    assert "email" in answer.json()["detail"]


# As they stand in the JSON, or in the path of GET /jobs/{id}.
CLIMBING = [r"../x", r"..\u002fx", r"a/../../x", r"a\/..\/x", r"/etc/passwd", r"a\u0000", r"a/./b", r"a//b", r".", r"..", r"a/",
            r"\ud800", r"\u0085", r"a\r\nb"]
ESCAPED = ["%2e%2e%2fx", "..%2fx", "..%5cx", "a%00", "%2e", "%2e%2e", "a%2f..%2fx", "%c0%ae", "%ef%bc%8e%ef%bc%8e", "a%0d%0ab", "a..b"]


def test_ids_and_keys_reach_nothing_else(up):
    before = len(up.seen)
    post = {"headers": {"Content-Type": "application/json"}}
    for text in CLIMBING:
        body = json.dumps({**JOB, "jobId": "HERE"}).replace("HERE", text)
        answer = requests.post(up.url + "/process", data=body, **post)
        assert answer.status_code in (400, 422) and answer.json()["code"] in ("INVALID_VALUE", "BAD_JSON"), body
    for text in ESCAPED:
        for path in (f"/jobs/{text}", f"/jobs/{text}/callback"):
            method = b"POST" if path.endswith("/callback") else b"GET"
            got = up.raw(method + b" " + path.encode() + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            assert got.startswith(b"HTTP/1.1 404") and b"JOB_NOT_FOUND" in got, (path, got)
    for text in ("%2e%2e/x", "..\\x", "\uff0e\uff0e/x", "a?b#c", "\u202egpj.pdf"):  # odd, but nothing to any store
        assert requests.post(up.url + "/process", json={**JOB, "s3Key": text}).status_code == 202
    assert [fields[2] for _, fields, _ in up.seen[before:]] == ["%2e%2e/x", "..\\x", "\uff0e\uff0e/x", "a?b#c", "\u202egpj.pdf"]


def test_refusals_by_route_method_and_type(up):
    problem(requests.get(up.url + "/nothing"), 404, "ROUTE_NOT_FOUND")
    problem(requests.get(up.url + "/health/"), 404, "ROUTE_NOT_FOUND")
    problem(requests.get(up.url + "/jobs/nobody"), 404, "JOB_NOT_FOUND")
    problem(requests.get(up.url + "/jobs/a%2Fb"), 404, "JOB_NOT_FOUND")
    problem(requests.get(up.url + "/jobs?cursor=%01"), 422, "INVALID_VALUE")
    answer = requests.get(up.url + "/process")
    problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "POST"
    problem(requests.post(up.url + "/process", data="x", headers={"Content-Type": "text/html"}), 415,
            "UNSUPPORTED_MEDIA_TYPE")
    problem(requests.get(up.url + "/jobs?cursor=" + "a" * 9000), 414, "URI_TOO_LONG")


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "br", "identity, gzip"])
def test_a_compressed_body_is_told_to_be_one(up, coding):
    text = json.dumps(JOB).encode()
    pdf, type_ = requests.models.RequestEncodingMixin._encode_files({"pdf": ("a.pdf", b"%PDF-1.7\n")}, {"jobId": "a"})
    before = len(up.seen)
    for route, body, kind in (("/process", text, "application/json"), ("/estimate", text, "application/json"), ("/process", pdf, type_)):
        answer = requests.post(up.url + route, data=gzip.compress(body), headers={"Content-Type": kind, "Content-Encoding": coding})
        problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
        assert "Content-Encoding" in answer.json()["detail"] and answer.headers["Accept-Encoding"] == "identity"
    assert len(up.seen) == before
    for none in ("identity", "Identity", ""):
        assert requests.post(up.url + "/process", data=text, headers={"Content-Type": "application/json",
                                                                      "Content-Encoding": none}).status_code == 202


# ---- uploads ----

def test_an_upload_is_handed_on_whole(up):
    pdf = b"%PDF-1.7\r\n--\r\n" + os.urandom(3_000_000) + b"\r\n--x"
    before = len(up.seen)
    answer = requests.post(up.url + "/process", files={"file": ("C:\\dir\\été.pdf", pdf)}, data={"language": "Italian"})
    assert answer.status_code == 202
    kind, fields, frames = up.wait_seen(before + 1)
    assert kind == SUBMIT and re.fullmatch("upload-[0-9a-f]{16}", fields[1]) and fields[2:6] == ["", "", "Italian", "été.pdf"]
    assert frames == [pdf]


def test_100_megabytes(up):
    pdf = b"%PDF-1.4\n" + bytes(100 << 20)
    before = len(up.seen)
    assert requests.post(up.url + "/process", files={"pdf": ("big.pdf", pdf)}, data={"jobId": "big"}).status_code == 202
    frame = up.wait_seen(before + 1)[2][0]
    assert hashlib.sha256(frame).digest() == hashlib.sha256(pdf).digest()


@pytest.mark.parametrize("files, data, status, code", [
    ({"file": ("a.pdf", b"hello" * 1000)}, {}, 415, "UNSUPPORTED_TYPE"),
    ({"file": ("a.pdf", b"")}, {}, 422, "EMPTY_FILE"),
    ({"other": ("a.pdf", b"%PDF")}, {}, 422, "MISSING_FIELD"),
    ({"file": ("a.pdf", b"%PDF")}, {"jobId": "../x"}, 422, "INVALID_VALUE"),
    ({"file": ("a.pdf", b"%PDF")}, {"s3Key": "a"}, 422, "INVALID_VALUE"),
    ({"file": ("a.pdf", b"%PDF")}, {"pages": "1"}, 422, "UNSUPPORTED_FIELD"),
    ({"file": ("a.pdf", b"%PDF"), "pdf": ("b.pdf", b"%PDF")}, {}, 400, "BAD_MULTIPART")])
def test_a_bad_upload_gets_its_code(up, files, data, status, code):
    problem(requests.post(up.url + "/process", files=files, data=data), status, code)


def test_too_large_an_upload_is_refused_before_its_body(make):
    up = make(SLIDEMILL_LIMIT_PDF_BYTES="1000000")
    problem(requests.post(up.url + "/process", files={"file": ("a.pdf", b"%PDF" + bytes(30 << 20))}), 413, "BODY_TOO_LARGE")
    problem(requests.post(up.url + "/process", files={"file": ("a.pdf", b"%PDF" + bytes(1_010_000))}), 413, "PDF_TOO_LARGE")

    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF'
        for _ in range(100):
            yield bytes(100_000)

    answer = requests.post(up.url + "/process", data=endless(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    problem(answer, 413, "PDF_TOO_LARGE")
    assert requests.get(up.url + "/health").status_code == 200 and up.seen[0][0] == ASK


def test_every_refusal_arrives(make):
    up = make(**refusals.ENVIRONMENT)
    found = refusals.run(up.port, 10)
    assert all(came["seen"] == 10 for came in found.values()), refusals.table(found, 10)
    assert up.log.read_text().count('"code":"REQUEST_TIMEOUT"') >= 60


# ---- keys ----

def test_keys(make):
    up = make(SLIDEMILL_API_KEYS="first , second")
    for header, wanted in ((None, 401), ("Bearer wrong", 401), ("Basic first", 401), ("Bearer first", 202), ("bearer second", 202)):
        answer = requests.post(up.url + "/process", json=JOB, headers={"Authorization": header} if header else {})
        assert answer.status_code == wanted
        assert wanted == 202 or answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert requests.get(up.url + "/jobs").status_code == 401 and requests.get(up.url + "/health").status_code == 200


def test_a_key_may_stand_in_the_path(make):
    up = make(SLIDEMILL_API_KEYS="first-key, se/cond+key=", SLIDEMILL_KEY_REQUESTS_PER_MINUTE="6")
    for base in ("/k/first-key", "/k/first-key/", "//k/first-key//", "/k/se%2Fcond+key%3D"):  # as a URL that ends with a slash would have it
        answer = requests.post(up.url + base + "/process", json=JOB)
        assert answer.status_code == 202 and "Location" in answer.headers and "key" not in answer.headers["Location"]
    assert requests.post(up.url + "/k/first-key/process", files={"file": ("a.pdf", b"%PDF-1.7")}).status_code == 202
    clients = {hashlib.sha256(key).hexdigest()[:16] for key in (b"first-key", b"se/cond+key=")}
    assert {field for kind, fields, _ in up.seen if kind == SUBMIT for field in fields if field in clients} == clients
    assert requests.get(up.url + "/k/first-key/jobs/a").json()["jobId"] == "a"
    for path in ("/health", "/livez", "/metrics", "//health"):
        assert requests.get(up.url + "/k/first-key" + path).status_code == 200, path
        assert requests.get(up.url + "/k/wrong-key" + path).status_code == 401, path
    for base in ("/k/wrong-key", "/k/first-key%00", "/k/first-ke", "/k/", "/k/first-key,second", "/k/FIRST-KEY"):
        answer = requests.post(up.url + base + "/process", json=JOB)
        problem(answer, 401, "UNAUTHORIZED")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="slidemill", error="invalid_token"' and "-key" not in answer.text and "first" not in answer.text
    # the path's key counts, not a header that a proxy put there for itself
    assert requests.get(up.url + "/k/first-key/jobs", headers={"Authorization": "Basic eDp5"}).status_code == 200
    assert requests.get(up.url + "/k/wrong-key/jobs", headers={"Authorization": "Bearer first-key"}).status_code == 401
    # one pace, whichever way the key is shown
    statuses = [requests.get(up.url + "/jobs/a", headers={"Authorization": "Bearer first-key"}).status_code for _ in range(3)]
    assert statuses[-1] == 429 and requests.get(up.url + "/k/first-key/jobs/a").status_code == 429
    problem(requests.get(up.url + "/k/first-key/nothing"), 404, "ROUTE_NOT_FOUND")
    problem(requests.get(up.url + "/k/first-key"), 404, "ROUTE_NOT_FOUND")
    log = up.log.read_text()
    assert "-key" not in log and "cond" not in log and '"route":"/process"' in log


def test_without_keys_no_path_has_one(up):
    for path in ("/k/any/process", "/k//process", "/k/process"):
        problem(requests.post(up.url + path, json=JOB), 404, "ROUTE_NOT_FOUND")
    assert requests.post(up.url + "//process", json=JOB).status_code == 202  # a base URL with a slash at its end


def test_the_supervisor_learns_who_asks(make):
    up = make(SLIDEMILL_API_KEYS="web:k1,web:k2,lab:k3,k4", SLIDEMILL_ADMIN_KEYS="root")

    def asked(path, key):
        assert requests.get(up.url + path, headers={"Authorization": "Bearer " + key}).status_code == 200
        return up.seen[-1][1][4:6]

    assert [asked("/jobs/a", key) for key in ("k1", "k2", "k3", "k4", "root")] == [["web", 0], ["web", 0], ["lab", 0], ["", 0], ["", 1]]
    assert [asked("/jobs?tenant=lab", key) for key in ("k1", "root")] == [["web", 0], ["lab", 0]], "a name is for admins to say"
    assert asked("/jobs?tenant=", "root") == ["", 0] and asked("/jobs?cursor=x", "root") == ["", 1]
    assert [asked("/health", key)[1] for key in ("k1", "wrong", "root")] == [0, 0, 1] and asked("/metrics", "root")[1] == 1
    problem(requests.get(up.url + "/jobs?tenant=a.b", headers={"Authorization": "Bearer root"}), 422, "INVALID_VALUE")
    answer = requests.get(up.url + "/jobs", headers={"Authorization": "Bearer web:k1"})
    assert answer.status_code == 401 and "the key alone" in answer.json()["detail"]
    assert up.named == [[hashlib.sha256(key).hexdigest()[:16], name] for key, name in
                        ((b"k1", "web"), (b"k2", "web"), (b"k3", "lab"), (b"k4", ""))]


def test_a_key_has_its_pace(make):
    up = make(SLIDEMILL_API_KEYS="first-key,second-key", SLIDEMILL_KEY_REQUESTS_PER_MINUTE="3")

    def get(key):
        return requests.get(up.url + "/jobs/a", headers={"Authorization": "Bearer " + key})

    assert [get("first-key").status_code for _ in range(3)] == [200] * 3
    answer = get("first-key")
    problem(answer, 429, "RATE_LIMITED")
    assert 15 <= int(answer.headers["Retry-After"]) <= 20
    assert requests.post(up.url + "/process", json=JOB, headers={"Authorization": "Bearer first-key"}).status_code == 429
    assert [get("wrong").status_code for _ in range(5)] == [401] * 5
    assert get("second-key").status_code == 200 and requests.get(up.url + "/health").status_code == 200
    log = up.log.read_text()
    assert "-key" not in log and f'"client":"{hashlib.sha256(b"first-key").hexdigest()[:16]}"' in log


def preflight(up, origin, path="/process", method="POST"):
    return requests.options(up.url + path, headers={"Origin": origin, "Access-Control-Request-Method": method,
                                                    "Access-Control-Request-Headers": "authorization,content-type"})


def test_pages_of_other_origins_are_let_in_only_if_configured(up, make):
    problem(preflight(up, "https://app.example"), 405, "METHOD_NOT_ALLOWED")
    answer = requests.get(up.url + "/jobs/a", headers={"Origin": "https://app.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control")] and "Vary" not in answer.headers

    up = make(SLIDEMILL_CORS_ORIGINS="https://app.example http://localhost:3000", SLIDEMILL_API_KEYS="key")
    answer = preflight(up, "https://app.example")
    assert answer.status_code == 204 and answer.content == b"" and "Content-Type" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example" and answer.headers["Vary"] == "Origin"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    problem(preflight(up, "https://evil.example"), 405, "METHOD_NOT_ALLOWED")
    problem(preflight(up, "https://app.example", "/nothing"), 404, "ROUTE_NOT_FOUND")
    for origin, seen in (("http://localhost:3000", True), ("http://localhost", False), ("null", False)):
        for key, status in (("key", 200), ("wrong", 401)):
            answer = requests.get(up.url + "/jobs/a", headers={"Origin": origin, "Authorization": "Bearer " + key})
            assert answer.status_code == status and answer.headers["Vary"] == "Origin"
            assert answer.headers.get("Access-Control-Allow-Origin") == (origin if seen else None)
    problem(requests.options(up.url + "/process", headers={"Origin": "https://app.example"}), 405, "METHOD_NOT_ALLOWED")


def test_a_page_may_read_an_answer_in_the_middle_of_its_body(make):
    up = make(SLIDEMILL_CORS_ORIGINS="https://app.example")
    for origin, seen in ((b"https://app.example", True), (b"https://evil.example", False)):
        got = up.raw(b"POST /process HTTP/1.1\r\nHost: a\r\nOrigin: " + origin + b"\r\nContent-Type: application/json\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b" " * 65536 + b"\r\n10000\r\n" + b" " * 65536)
        assert got.startswith(b"HTTP/1.1 413 ") and b"BODY_TOO_LARGE" in got and b"\r\nVary: Origin\r\n" in got
        assert (b"\r\nAccess-Control-Allow-Origin: https://app.example\r\n" in got) == seen
        assert b"\r\nX-Content-Type-Options: nosniff\r\n" in got


# ---- links ----

def link(key, expires=None, secret=SECRET):
    expires = int(time.time()) + 60 if expires is None else expires
    signature = hmac.new(secret.encode(), f"{key}\n{expires}".encode(), hashlib.sha256).hexdigest()
    return f"/files/{urllib.parse.quote(key)}?expires={expires}&signature={signature}"


def test_links(up):
    store = up.folder / "store" / "outputs" / "j"
    store.mkdir(parents=True, exist_ok=True)
    (store / "lecture é.docx").write_bytes(b"docx" * 1_000_000)
    (store / "out").symlink_to("/etc/passwd")
    (up.folder / "outside").write_text("secret")
    good = requests.get(up.url + link("outputs/j/lecture é.docx"))
    assert good.status_code == 200 and good.content == b"docx" * 1_000_000
    assert good.headers["Content-Type"].endswith("wordprocessingml.document")
    assert good.headers["X-Content-Type-Options"] == "nosniff"
    assert "filename*=UTF-8''lecture%20%C3%A9.docx" in good.headers["Content-Disposition"]
    assert requests.head(up.url + link("outputs/j/lecture é.docx")).headers["Content-Length"] == "4000000"
    problem(requests.get(up.url + link("outputs/j/gone")), 404, "FILE_NOT_FOUND")
    problem(requests.get(up.url + link("outputs/j/out")), 404, "FILE_NOT_FOUND")
    problem(requests.get(up.url + link("outputs")), 404, "FILE_NOT_FOUND")
    for bad in (link("outputs/j/x", 1), link("outputs/j/x", secret="other"), 
                "/files/outputs/j/x", link("outputs/j/x") + "0"):
        request = requests.Request("GET", up.url + "/").prepare()
        request.url = up.url + bad
        problem(requests.Session().send(request), 403, "LINK_INVALID")
    for key in ("../outside", "outputs/../../outside", "outputs/./j", "outputs//j", "/etc/passwd"):
        target = link(key).encode()
        assert b"LINK_INVALID" in up.raw(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")


# ---- slow, silent, gone ----

def closed_within(s, seconds):
    s.settimeout(seconds)
    try:
        return s.recv(65536) == b""
    except ConnectionResetError:
        return True


def test_pipelined_requests_are_answered_in_order(up):
    got = up.raw(b"GET /jobs/a HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                 b"GET /jobs/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert [int(x) for x in re.findall(rb"HTTP/1.1 (\d+)", got)] == [200, 404, 200]
    assert got.index(b'"a"') < got.index(b"ROUTE_NOT_FOUND") < got.index(b'"b"')


@pytest.mark.parametrize("path, status", [(b"/jobs/a", b"200"), (b"/livez", b"200"), (b"/jobs/nobody", b"404"), (b"/x", b"404")])
def test_a_half_closed_client_still_gets_its_answer(up, path, status):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", up.port)) as s:
            s.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
            s.shutdown(socket.SHUT_WR)
            s.settimeout(10)
            assert s.recv(65536).startswith(b"HTTP/1.1 " + status)


def test_a_long_answer_reaches_a_half_closed_client_that_reads_slowly(make):
    up = make()
    long = "x" * 6_000_000
    up.answer = lambda kind, fields, frames: [msgpack.packb([ANSWER, fields[0], 200, "", "", 0]), json.dumps({"jobId": long}).encode()]
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        s.connect(("127.0.0.1", up.port))
        s.settimeout(30)
        s.sendall(b"GET /jobs/a HTTP/1.1\r\nHost: a\r\n\r\n")
        s.shutdown(socket.SHUT_WR)
        got = s.recv(65536)
        assert up.wait_seen(1) and requests.get(up.url + "/livez").status_code == 200  # it is not the only one
        while piece := s.recv(65536):
            got += piece
    assert json.loads(got.partition(b"\r\n\r\n")[2])["jobId"] == long


def open_files(up):
    return len(os.listdir(f"/proc/{up.front.pid}/fd"))


def test_those_who_stay_behind_a_refusal_are_let_go(make):
    up = make(SLIDEMILL_HTTP_CONNECTIONS="16")
    requests.get(up.url + "/livez")
    before = open_files(up)
    stay = [socket.create_connection(("127.0.0.1", up.port)) for _ in range(40)]
    for s in stay:
        s.sendall(b"nonsense\r\n\r\n")
    for s in stay:  # more than may linger: the oldest went, with their answer
        s.settimeout(30)
        assert s.recv(65536).startswith(b"HTTP/1.1 400 ") and s.recv(65536) == b""
    assert requests.get(up.url + "/livez").status_code == 200
    end = time.monotonic() + 30
    while open_files(up) > before and time.monotonic() < end:  # by their silence
        time.sleep(0.05)
    assert open_files(up) <= before
    for s in stay:
        s.close()


def test_a_client_that_goes_while_it_waits(make):
    up = make()
    up.silent.set()
    for n in range(50):
        with socket.create_connection(("127.0.0.1", up.port)) as s:
            s.sendall(b"GET /jobs/%d HTTP/1.1\r\nHost: a\r\n\r\n" % n)
            up.wait_seen(n + 1)
    up.silent.clear()
    for kind, fields, frames in list(up.seen):
        up.tasks.send_multipart(up.answer(kind, fields, frames))
    assert requests.get(up.url + "/jobs/a").json()["jobId"] == "a"
    assert up.front.poll() is None


def test_no_answer_is_503_and_a_late_one_is_dropped(make):
    up = make()
    up.silent.set()
    answer = requests.post(up.url + "/process", json=JOB)
    problem(answer, 503, "COMMIT_UNKNOWN")
    assert answer.headers["Retry-After"] == "1"
    up.silent.clear()
    up.tasks.send_multipart(up.answer(*up.seen[0]))
    assert requests.post(up.url + "/process", json=JOB).status_code == 202


def test_killed_and_started_again_refuses_no_connection(make):
    up = make()
    assert requests.get(up.url + "/health").status_code == 200
    up.kill()
    waiting = socket.create_connection(("127.0.0.1", up.port))
    waiting.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    up.start()
    waiting.settimeout(10)
    assert waiting.recv(65536).startswith(b"HTTP/1.1 200")


def test_who_comes_when_no_descriptor_is_free_waits(make):
    """A connection takes three: whichever of them is the first that is not to be had, nobody is turned away."""
    up = make()
    hard = resource.prlimit(up.front.pid, resource.RLIMIT_NOFILE)[1]
    for most in (40, 41, 42):
        resource.prlimit(up.front.pid, resource.RLIMIT_NOFILE, (most, hard))
        clients = [socket.create_connection(("127.0.0.1", up.port)) for _ in range(20)]
        gone, _, _ = select.select(clients, [], [], 1.5)
        for client in clients:
            client.close()
        assert not gone, (most, len(gone))
        assert requests.get(up.url + "/health", timeout=10).status_code == 200
    assert "accept_failed" in up.log.read_text()


def test_a_front_whose_supervisor_dies_at_once_holds_no_port(tmp_path):
    """It has not said HELLO yet, and nobody is there any more to hear it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address, fd = listener.getsockname(), listener.fileno()
        supervisor = subprocess.Popen(
            ["bash", "-c", f'exec 3<&{fd} {fd}<&-; "$@" --supervisor $$ & wait', "bash", str(PROGRAM), "--slot", "0",
             "--generation", "1", "--tasks", f"ipc://{tmp_path}/tasks", "--results", f"ipc://{tmp_path}/results"],
            env={"PATH": os.environ["PATH"], "SLIDEMILL_STORE_DIR": str(tmp_path / "store")}, pass_fds=(fd,),
            stderr=subprocess.PIPE)
    assert b"unauthenticated" in supervisor.stderr.readline()  # it has looked who its parent is
    supervisor.kill()
    supervisor.wait(30)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(address, timeout=10):
            time.sleep(0.05)
            continue
        return
    raise AssertionError("somebody listens still")


def test_retire_answers_what_is_at_work_then_goes(make):
    up = make()
    up.silent.set()
    with socket.create_connection(("127.0.0.1", up.port)) as s, socket.create_connection(("127.0.0.1", up.port)) as idle:
        s.sendall(b"GET /jobs/a HTTP/1.1\r\nHost: a\r\n\r\n")
        seen = up.wait_seen(1)
        up.stop = True
        up.thread.join()
        up.tasks.send(msgpack.packb([RETIRE, up.generation]))
        assert closed_within(idle, 10)
        up.tasks.send_multipart(up.answer(*seen))
        s.settimeout(10)
        got = s.recv(65536)
        assert got.startswith(b"HTTP/1.1 200") and b"Connection: close" in got
        assert up.front.wait(10) == 0


def test_the_log_says_no_address_key_or_signature(up):
    text = up.log.read_text()
    assert '"event":"request"' in text
    for secret in ("a@example.org", SECRET, "signature=", "uploads/a b"):
        assert secret not in text
