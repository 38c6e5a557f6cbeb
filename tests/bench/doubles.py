"""doubles - what the model doubles answer at most, alone: they must not be what a measurement measures"""

import base64
import io
import json
import os
import pathlib
import subprocess
import tempfile

from PIL import Image

from harness import LECTURES, LOAD, Measurement, doubled, line, main

SCRIPT = pathlib.Path(__file__).with_name("load.lua")
PROMPT = pathlib.Path(__file__).resolve().parents[2] / "conf" / "prompts" / "explain.txt"
AT_ONCE, SECONDS = 1024, 5
TEXT = {"type": "string"}


def record(**properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def listed(items):
    return {"type": "array", "items": items}


ANSWER = record(title=TEXT, kind={"type": "string", "enum": ["content", "title"]}, explanation=listed(TEXT), key_points=listed(TEXT),
                connections=TEXT, short_summary=TEXT, labels=listed(TEXT), anki_cards=listed(record(concept=TEXT, front=TEXT, back=TEXT)))


def request(folder):
    """A call about a slide, with a picture of the size and kind that vision sends."""
    deck = LECTURES / "survey-handout.pdf"
    subprocess.run(["mutool", "draw", "-q", "-w", "1365", "-h", "768", "-o", folder / "page.png", deck, "6"], check=True)
    text = subprocess.run(["pdftotext", "-f", "6", "-l", "6", deck, "-"], capture_output=True, text=True, check=True).stdout
    picture = io.BytesIO()
    Image.open(folder / "page.png").convert("RGB").save(picture, "JPEG", quality=90)
    quoted = "\n".join("| " + each for each in text.splitlines() if each.strip())
    url = "data:image/jpeg;base64," + base64.b64encode(picture.getvalue()).decode()
    return {"model": "gpt-4o", "stream": False, "max_completion_tokens": 4096, "messages": [
        {"role": "system", "content": PROMPT.read_text().replace("{language}", "English")},
        {"role": "user", "content": [
            {"type": "text", "text": f"This is slide 6 of 66.\n\nText layer of the slide:\n{quoted}\n"},
            {"type": "image_url", "image_url": {"url": url, "detail": "high"}}]}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "slide", "strict": True, "schema": ANSWER}}}


def rate(url, file, latency):
    """Answers a second, all connections asking again as soon as they are answered."""
    with doubled("--latency", latency, program=url) as model:
        told = subprocess.run(["wrk", "-t1", f"-c{AT_ONCE}", f"-d{SECONDS}s", "--timeout", "30s", "-s", SCRIPT, model.url + "/chat/completions"],
                              capture_output=True, text=True, check=True, env={**os.environ, "REQUEST": str(file)}).stdout
        stats = model.get("stats")
    assert "Non-2xx" not in told, told
    return float(next(each for each in told.splitlines() if "Requests/sec" in each).split()[1]), stats["most_at_once"]


def alone():
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name) / "request.json"
        file.write_text(json.dumps(request(pathlib.Path(name)), separators=(",", ":")))
        strict, _ = rate("model.py", file, 0)
        load, _ = rate(LOAD, file, 0)
        waiting, most = rate(LOAD, file, 2)
        line("the doubles alone", f"requests of {file.stat().st_size / 1000:.0f} kB, {AT_ONCE} at once: the strict one {strict:.0f} answers/s, "
             f"the one for load {load:.0f}/s ({load / strict:.0f} times as many); with a latency of 2 s {waiting:.0f}/s "
             f"({most} at once allow {most / 2:.0f})")


MEASUREMENTS = [Measurement("doubles", 25, "what the model doubles answer at most", alone)]

if __name__ == "__main__":
    main(MEASUREMENTS)
