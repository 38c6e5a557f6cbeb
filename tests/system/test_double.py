"""The stand-in for the model API is strict itself: limits by a clock of ours, requests it must refuse, answers it must give."""

import argparse
import base64
import copy
import io
import json
import sys

import pytest
import requests
from PIL import Image

from service import ROOT, wait_until

sys.path.insert(0, str(ROOT / "tests" / "doubles"))
from api.limits import KINDS, Account, duration  # noqa: E402
from api.shape import Refused  # noqa: E402

TEXT = {"type": "string"}


def thing(**properties):
    return {"type": "object", "additionalProperties": False, "required": sorted(properties), "properties": properties}


SCHEMA = thing(title=TEXT, kind={"type": "string", "enum": ["content", "title"]},
               explanation={"type": "array", "items": TEXT},
               anki_cards={"type": "array", "items": thing(type={"type": "string", "enum": ["basic", "cloze"]},
                                                           front=TEXT, back=TEXT)})


def jpeg(size=(1024, 768)):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


def request(**more):
    part = {"type": "image_url", "image_url": {"url": jpeg(), "detail": "high"}}
    return {"model": "gpt-4o", "max_completion_tokens": 4096,
            "messages": [{"role": "system", "content": "Write everything in Spanish. Be brief."},
                         {"role": "user", "content": [{"type": "text", "text": "This is slide 3 of 9."}, part]}],
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": SCHEMA}}, **more}


# (kind, burst, calls that get through in 10 s at one call each 0.1 s, 60 a minute over a window of 5 s)
@pytest.mark.parametrize("kind, burst, through", [("sliding", 0, 10), ("bucket", 0, 14), ("bucket", 1, 10), ("fixed", 0, 10)])
def test_a_rate_is_kept(kind, burst, through):
    window = KINDS[kind](5, 5, burst)
    taken = []
    for tick in range(1000, 1100):
        now = tick / 10
        if window.wait(1, now) <= 1e-9:
            window.take(1, now)
            taken.append(now)
    assert len(taken) == through
    if kind == "sliding":
        assert all(sum(1 for t in taken if at <= t < at + 5 - 1e-9) <= 5 for at in taken)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_told_wait_is_enough_and_no_longer_than_needed(kind):
    window = KINDS[kind](5, 5, 0)
    for i in range(5):
        window.take(1, 103 + i / 10)
    wait = window.wait(2, 104)
    assert wait > 0 and window.wait(2, 104 + wait - 0.01) > 0
    assert window.wait(2, 104 + wait + 0.001) <= 0


def test_durations_are_written_as_the_api_writes_them():
    assert [duration(s) for s in (0.0001, 0.12, 1, 6.5, 360, 123.25)] == ["1ms", "120ms", "1s", "6.5s", "6m0s", "2m3.25s"]


def test_tokens_are_limited_apart_from_requests():
    account = Account(argparse.Namespace(rpm=0, tpm=60000, window=10, limit_kind="sliding", burst=0, concurrency=0,
                                         retry_after=None, tell="both", refusals_count=False, rate_headers=True))
    account.enter(6000, 0, 1)
    account.enter(4000, 0, 2)
    with pytest.raises(Refused) as refused:
        account.enter(5000, 0, 3)
    assert refused.value.reason == "tpm" and refused.value.headers["Retry-After"] == "8"
    assert account.headers(3) == {"x-ratelimit-limit-tokens": "60000", "x-ratelimit-remaining-tokens": "0",
                                  "x-ratelimit-reset-tokens": "9s"}
    with pytest.raises(Refused) as refused:
        account.enter(10001, 0, 100)
    assert refused.value.reason == "too_many_tokens"


def changed(path, value):
    body = copy.deepcopy(request())
    *way, last = path
    place = body
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return body


PICTURE = ("messages", 1, "content", 1, "image_url")
WRONG = [("no model", ("model",), None), ("no messages", ("messages",), None), ("no content", ("messages", 1, "content"), None),
         ("an unknown field", ("max_tokenz",), 1), ("an unknown detail", (*PICTURE, "detail"), "huge"),
         ("a field unknown in a part", (*PICTURE, "alt"), "x"), ("no url", (*PICTURE, "url"), None),
         ("an answer longer than the model has them", ("max_completion_tokens",), 16385),
         ("no room for an answer", ("max_completion_tokens",), 0), ("a picture too large", (*PICTURE, "url"), jpeg((17000, 8))),
         ("a picture too small", (*PICTURE, "url"), jpeg((4, 4))), ("no picture", (*PICTURE, "url"), "data:image/jpeg;base64,"),
         ("max_tokens of a reasoning model", (), {"model": "o3", "max_tokens": 100}),
         ("a temperature of a reasoning model", (), {"model": "gpt-5", "temperature": 0.2}),
         ("a schema that is not strict", ("response_format", "json_schema", "schema", "additionalProperties"), True)]


def test_what_the_real_api_refuses_is_refused(doubles):
    model = doubles("model.py", "--max-images", "2")
    ask = lambda body: requests.post(model.url + "/chat/completions", json=body, timeout=10)  # noqa: E731
    assert ask(request()).status_code == 200
    for what, path, value in WRONG:
        answer = ask(changed(path, value) if path else request(**value))
        assert answer.status_code == 400 and answer.json()["error"]["message"], what
    crowd = request()
    crowd["messages"][1]["content"] += [crowd["messages"][1]["content"][1]] * 2
    assert ask(crowd).json()["error"]["code"] == "too_many_images"
    assert model.get("stats")["refused"] == len(WRONG) + 1


def test_a_good_answer_invents_nothing_and_a_rule_can_spoil_it(doubles):
    model = doubles("model.py")

    def answer():
        reply = requests.post(model.url + "/chat/completions", json=request(), timeout=10).json()
        return json.loads(reply["choices"][0]["message"]["content"])

    good = answer()
    assert not [c for text in good["explanation"] for c in text if c.isdigit()]
    assert [card["type"] for card in good["anki_cards"]] == ["basic", "cloze"]
    assert "{{c1::" in good["anki_cards"][1]["front"] and good["explanation"][0].startswith("Esta parte")
    model.post("scenario", {"rules": [{"preset": "invented_number", "per_slide": 1}, {"preset": "title_kind"}]})
    assert "98765" in answer()["explanation"][0]
    assert answer()["kind"] == "title"
    stats = model.get("stats")
    assert stats["needed"] == 1 and stats["calls"] == 3 and stats["cost_usd"] > 0


def test_quota_and_key_end_when_told(doubles):
    model = doubles("model.py", "--quota", "2", "--revoke", "4")
    ask = lambda: requests.post(model.url + "/chat/completions", json=request(), timeout=10)  # noqa: E731
    assert [ask().status_code for _ in range(5)] == [200, 200, 429, 429, 401]
    assert model.get("stats")["by_reason"] == {"insufficient_quota": 2}
    assert [call["status"] for call in model.get("calls")] == [200, 200, 429, 429, 401]


# ---- the batch API ----


def lines(*bodies):
    return b"".join(json.dumps({"custom_id": f"slide-{i}", "method": "POST", "url": "/v1/chat/completions",
                                "body": body}).encode() + b"\n" for i, body in enumerate(bodies, 1))


def upload(model, content, purpose="batch", name="in.jsonl"):
    return requests.post(model.url + "/files", data={"purpose": purpose}, files={"file": (name, content)}, timeout=10)


def create(model, file, **more):
    return requests.post(model.url + "/batches", timeout=10, json={
        "input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h", **more})


def over(model, name):
    def told():
        batch = requests.get(f"{model.url}/batches/{name}", timeout=10).json()
        return batch if batch["status"] in ("completed", "failed", "expired", "cancelled") else None
    return wait_until("the end of the batch", told, 10)


def content(model, file):
    if file is None:
        return []
    return [json.loads(line) for line in requests.get(f"{model.url}/files/{file}/content", timeout=10).text.splitlines()]


def test_a_batch_is_answered_at_half_the_price(doubles):
    model = doubles("model.py", "--batch-s", "0.3")
    file = upload(model, lines(request(), request(model="gpt-4o", max_tokenz=3))).json()
    batch = create(model, file["id"], metadata={"slidemill": "key"}).json()
    assert batch["status"] == "validating" and batch["metadata"] == {"slidemill": "key"}
    batch = over(model, batch["id"])
    assert batch["status"] == "completed" and batch["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
    good, bad = content(model, batch["output_file_id"]), content(model, batch["error_file_id"])
    assert good[0]["custom_id"] == "slide-1" and good[0]["response"]["status_code"] == 200
    assert json.loads(good[0]["response"]["body"]["choices"][0]["message"]["content"])["explanation"]
    assert bad[0]["custom_id"] == "slide-2" and bad[0]["response"]["status_code"] == 400
    usage, stats = good[0]["response"]["body"]["usage"], model.get("stats")
    assert stats["cost_usd"] == pytest.approx(0.5 * (usage["prompt_tokens"] * 2.5 + usage["completion_tokens"] * 10) / 1e6)
    assert stats["lines"] == stats["needed"] == 1 and stats["calls"] == 0
    listed = requests.get(model.url + "/batches?limit=1", timeout=10).json()
    assert listed["data"][0]["id"] == batch["id"] and not listed["has_more"]


def test_a_batch_that_expires_or_is_cancelled_holds_what_was_answered(doubles):
    model = doubles("model.py", "--batch-s", "0.3", "--batch-answers", "2")
    file = upload(model, lines(*[request()] * 5)).json()["id"]
    batch = over(model, create(model, file).json()["id"])
    assert batch["status"] == "expired" and batch["request_counts"]["completed"] == 2
    assert [line["error"]["code"] for line in content(model, batch["error_file_id"])] == ["batch_expired"] * 3
    model.post("scenario", {"batch_s": 2})
    name = create(model, file).json()["id"]
    assert requests.post(f"{model.url}/batches/{name}/cancel", timeout=10).json()["status"] == "cancelling"
    assert over(model, name)["status"] == "cancelled"
    assert requests.post(f"{model.url}/batches/{name}/cancel", timeout=10).status_code == 409


def test_a_wrong_file_fails_its_batch_before_anything_is_paid(doubles):
    model = doubles("model.py", "--batch-s", "0.1")
    twice = lines(request()) + lines(request(model="gpt-4o-mini"))
    for text, code in ((b"not json\n", "invalid_json_line"), (twice, "duplicate_custom_id"),
                       (lines(request(), request(model="gpt-4o-mini")), "mismatched_model")):
        batch = over(model, create(model, upload(model, text).json()["id"]).json()["id"])
        assert batch["status"] == "failed" and batch["errors"]["data"][0]["code"] == code
    assert model.get("stats")["cost_usd"] == 0


def test_what_the_batch_api_refuses_is_refused(doubles):
    model = doubles("model.py")
    good = upload(model, lines(request())).json()["id"]
    assert upload(model, b"x", "assistants").status_code == upload(model, b"").status_code == 400
    assert upload(model, b"x", name="in.json").status_code == 400
    assert requests.post(model.url + "/files", json={}, timeout=10).status_code == 400
    assert create(model, "file-none").status_code == 404
    for wrong in ({"completion_window": "1h"}, {"endpoint": "/chat/completions"}, {"priority": "low"},
                  {"metadata": {"key": 1}}, {"metadata": {"key": "x" * 513}}):
        assert create(model, good, **wrong).status_code == 400, wrong
    assert requests.delete(f"{model.url}/files/{good}", timeout=10).json()["deleted"]
    assert requests.get(f"{model.url}/files/{good}", timeout=10).status_code == 404


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "doubles" / "scenarios").glob("*.json")), ids=lambda path: path.stem)
def test_a_scenario_file_is_one(doubles, path):
    model = doubles("model.py", "--scenario", path)
    assert model.get("stats")["calls"] == 0 and json.loads(path.read_text())["about"]
