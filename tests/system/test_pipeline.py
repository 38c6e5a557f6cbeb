"""The main job, end to end: a PDF goes in over HTTP, three artifacts and a callback come out."""

import io
import json
import os
import shutil
import signal
import sqlite3
import zipfile

import docx
import jsonschema
import pytest
import requests

from service import CORPUS, LECTURES, ROOT, needed, steps, wait_until
from slides import pdf

SCHEMA = json.loads((ROOT / "proto" / "summary.schema.json").read_text())
DECK, PAGES = CORPUS / "lectures" / "howtosurvey-ja.pdf", 17  # quickly drawn, and every page is asked about


def check_outputs(service, state, pages):
    """All three artifacts of a completed job are whole, and their counts add up. Returns the summary."""
    summary = service.summary(state)
    jsonschema.validate(summary, SCHEMA)
    assert summary["total_slides"] == pages == state["total_slides"] == len(summary["slides"])
    assert sum(summary["outcomes"].values()) == pages
    assert [slide["slide_number"] for slide in summary["slides"]] == list(range(1, pages + 1))
    unpaid = [slide for slide in summary["slides"] if slide.get("reason", {}).get("code", "").startswith("BUDGET_")]
    assert summary["outcomes"]["skipped"] == len(steps(summary)) + len(unpaid), "skipped, but no step to another slide"
    document = docx.Document(io.BytesIO(service.output(state, "docx_url")))
    assert len(document.paragraphs) > pages
    with zipfile.ZipFile(io.BytesIO(service.output(state, "anki_url"))) as deck:
        assert deck.testzip() is None
        assert {"collection.anki2", "media"} <= set(deck.namelist())
    return summary


def model_env(model, **more):
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": model.url, "OPENAI_MODEL": "gpt-4o", **more}


@pytest.mark.parametrize("name", sorted(LECTURES))
def test_a_lecture_becomes_three_valid_artifacts(services, name):
    service = services()
    answer = service.upload("lecture-1", CORPUS / "lectures" / name, "Spanish")
    assert answer.status_code == 202
    assert answer.json() == {"jobId": "lecture-1", "status": "accepted", "message": "Processing started"}
    state = service.finish("lecture-1")
    assert state["status"] == "completed", state["error"]
    pages, build_ups = LECTURES[name]
    summary = check_outputs(service, state, pages)
    assert summary["outcomes"]["failed"] == 0 and len(steps(summary)) == build_ups
    assert summary["engine"] == "offline" and summary["notice"]
    assert not [line for line in service.lines if line.get("level") == "error"]


def test_the_model_explains_every_slide_once(services, doubles):
    model, receiver = doubles("model.py", "--latency", "0.05"), doubles("receiver.py", "--secret", "s3cret")
    service = services(**model_env(model, WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret"))
    assert service.upload("m-1", DECK, "Spanish").status_code == 202
    state = service.finish("m-1")
    summary = check_outputs(service, state, PAGES)
    stats = model.get("stats")
    assert stats["refused"] == 0, stats["problems"]
    assert stats["calls"] == len(stats["slides"]) == needed(summary) == summary["outcomes"]["explained"] == PAGES
    assert stats["overviews"] == 1 and summary["usage"]["calls"] == PAGES + 1
    assert all(slide["languages"] == ["Spanish"] for slide in stats["slides"].values())
    told = wait_until("the callback", lambda: receiver.get("log"))
    assert len(told) == 1 and told[0]["worker_ok"] and told[0]["standard_ok"]
    body = told[0]["json"]
    assert body["jobId"] == "m-1" and body["status"] == "completed" and body["secret"] == "s3cret"
    assert body["outputs"]["total_slides"] == PAGES
    assert requests.get(body["outputs"]["docx_url"], timeout=10).content == service.output(state, "docx_url")
    wait_until("delivered", lambda: service.job("m-1")["callback"]["state"] == "delivered")


def test_the_same_lecture_again_costs_nothing(services, doubles):
    model = doubles("model.py")
    service = services(**model_env(model))
    service.upload("first", DECK)
    service.finish("first")
    before = model.get("stats")
    service.upload("second", DECK)
    summary = check_outputs(service, service.finish("second"), PAGES)
    stats = model.get("stats")
    assert stats["calls"] == before["calls"] == PAGES and stats["overviews"] == before["overviews"] == 1
    assert summary["outcomes"]["cached"] == PAGES and needed(summary) == summary["usage"]["calls"] == 0


def test_alike_lectures_at_once_are_asked_once(services, doubles):
    model = doubles("model.py", "--latency", "0.3")
    service = services(**model_env(model))
    for i in range(5):
        assert service.upload(f"twin-{i}", DECK).status_code == 202
    for i in range(5):
        check_outputs(service, service.finish(f"twin-{i}"), PAGES)
    stats = model.get("stats")
    assert all(slide["calls"] == 1 for slide in stats["slides"].values())
    assert stats["calls"] == len(stats["slides"]) == PAGES


def test_alike_lectures_share_what_is_said_of_a_slide(services, doubles):
    model = doubles("model.py", "--latency", "0.3")
    model.post("scenario", {"rules": [{"slides": [3], "of": "slide", "preset": "refusal"}, {"slides": [5], "of": "slide", "preset": "not_json"}]})
    service = services(**model_env(model))
    for i in range(8):
        assert service.upload(f"twin-{i}", DECK).status_code == 202
    for i in range(8):
        summary = check_outputs(service, service.finish(f"twin-{i}"), PAGES)
        assert {slide["slide_number"]: slide["reason"]["code"] for slide in summary["slides"] if slide["outcome"] == "failed"} == \
            {3: "MODEL_REFUSED", 5: "MODEL_BAD_ANSWER"}
    calls = {slide["slide"]: slide["calls"] for slide in model.get("stats")["slides"].values()}
    assert all(count == 1 for slide, count in calls.items() if slide not in (3, 5))
    assert calls[3] < 8 and calls[5] < 2 * 8, "only what came when the verdict was there is asked again"


def test_another_lecture_s_failure_is_no_verdict(services, doubles, tmp_path):
    """The model cannot be had for a slide that stands in four lectures: what one of them is told is not the others' loss."""
    model = doubles("model.py", "--latency", "0.3")
    model.post("scenario", {"rules": [{"slides": [2], "of": "slide", "first": 2, "preset": "not_json"}]})
    service = services(**model_env(model))
    for i in range(4):
        deck = tmp_path / f"{i}.pdf"
        deck.write_bytes(pdf([f"Lecture {i}", "on its own subject"], ["Heaps", "The root of a heap is its least element."]))
        assert service.upload(f"twin-{i}", deck).status_code == 202
    assert sorted(service.finish(f"twin-{i}")["slides"]["failed"] for i in range(4)) == [0, 0, 0, 1]


def test_the_same_request_is_the_same_job(services):
    service = services()
    assert service.upload("again", DECK).status_code == 202
    assert service.upload("again", DECK).status_code == 202
    other = service.upload("again", DECK, "German")
    assert other.status_code == 409 and other.json()["code"] == "JOB_CONFLICT"
    service.finish("again")
    assert len(service.events("job_accepted")) == 1
    assert len(service.events("job_completed")) == 1


def test_a_pdf_from_the_local_store(services, tmp_path):
    key = "uploads/2026-11-23/ana@example.com/9f-Lección 1 (final)+v2.pdf"
    (tmp_path / "state" / "objects" / key).parent.mkdir(parents=True)
    shutil.copy(DECK, tmp_path / "state" / "objects" / key)
    service = services()
    assert service.process_key("local", key).status_code == 202
    check_outputs(service, service.finish("local"), PAGES)


def test_failures_are_told(services, doubles):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    service = services(WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret")
    cases = {"absent": "S3_NOT_FOUND", "encrypted": "PDF_ENCRYPTED", "corrupt": "PDF_CORRUPT"}
    service.process_key("absent", "uploads/nothing.pdf")
    service.upload("encrypted", CORPUS / "hostile" / "password-aes256.pdf")
    service.upload("corrupt", CORPUS / "hostile" / "redhat-1531897.pdf")
    for job, code in cases.items():
        state = service.finish(job)
        assert state["status"] == "failed" and state["error"]["code"] == code and state["error"]["message"]
    told = wait_until("three callbacks", lambda: len(receiver.get("log")) == 3 and receiver.get("log"))
    assert {entry["json"]["jobId"]: entry["json"]["error"]["code"] for entry in told} == cases


def test_a_slide_that_stays_bad_is_reported(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"slides": [3], "preset": "refusal"}]})
    service = services(**model_env(model))
    service.upload("bad", DECK)
    state = service.finish("bad")
    summary = check_outputs(service, state, PAGES)
    assert summary["outcomes"]["failed"] == 1 and state["slides"]["failed"] == 1
    assert summary["slides"][2]["outcome"] == "failed"
    assert summary["slides"][2]["reason"]["code"] == "MODEL_REFUSED"
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(service.output(state, "docx_url"))).paragraphs)
    assert "MODEL_REFUSED" in text or summary["slides"][2]["reason"]["message"] in text


def test_a_wrong_key_stops_the_job_at_once(services, doubles):
    model = doubles("model.py", "--key", "sk-right")
    service = services(**model_env(model))
    service.upload("wrong-key", DECK)
    state = service.finish("wrong-key")
    assert state["status"] == "failed" and state["error"]["code"] == "MODEL_AUTH"
    assert "sk-test" not in json.dumps(service.lines)


def test_the_callback_is_tried_again(services, doubles):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    receiver.post("rules", [{"status": 503, "times": 2}])
    service = services(WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret",
                       SLIDEMILL_CALLBACK_FIRST_MS="50")
    service.process_key("told", "uploads/nothing.pdf")
    told = wait_until("three deliveries", lambda: len(receiver.get("log")) == 3 and receiver.get("log"))
    assert len({entry["headers"]["webhook-id"] for entry in told}) == 1
    assert len({entry["body"] for entry in told}) == 1
    wait_until("delivered", lambda: service.job("told")["callback"] ==
               {"state": "delivered", "tries": 3, "last_status": 204})


# ---- deaths --------------------------------------------------------------------------------------------------------------


def kill(service, program):
    pids = service.pids(program)
    assert pids, program
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("program", ["slidemill-courier", "slidemill-rasterizer", "slidemill-vision",
                                     "slidemill-assembler", "slidemill-front", "slidemill-supervisor"])
def test_kill_9_loses_nothing(services, doubles, program):
    model = doubles("model.py", "--latency", "0.2")
    service = services(**model_env(model), SLIDEMILL_VISION_IN_FLIGHT="4", SLIDEMILL_THROTTLE_FIRST_MS="50")
    assert service.upload("killed", CORPUS / "lectures" / "uebersetzer-de.pdf").status_code == 202
    wait_until("some answers", lambda: model.get("stats")["answered"] >= 3)
    kill(service, program)
    state = service.finish("killed")
    assert state["status"] == "completed", state["error"]
    summary = check_outputs(service, state, 15)
    assert summary["outcomes"]["failed"] == 0
    extra = model.get("stats")["calls"] - len(model.get("stats")["slides"])
    assert extra <= (4 if program in ("slidemill-vision", "slidemill-supervisor") else 0)
    assert len(service.events("job_completed", jobId="killed")) == 1


def test_kill_9_of_everything(services, doubles, tmp_path):
    model = doubles("model.py", "--latency", "0.2")
    env = model_env(model, SLIDEMILL_VISION_IN_FLIGHT="4")
    service = services(**env)
    for i in range(3):
        assert service.upload(f"all-{i}", DECK, ["English", "German", "French"][i]).status_code == 202
    wait_until("some answers", lambda: model.get("stats")["answered"] >= 5)
    answered = model.get("stats")["answered"]
    service.kill_all()
    service.start()
    for i in range(3):
        check_outputs(service, service.finish(f"all-{i}"), PAGES)
    assert answered > 0
    slides = {(key, language) for key, slide in model.get("stats")["slides"].items() for language in slide["languages"]}
    assert model.get("stats")["calls"] <= len(slides) + 4
    ledger = sqlite3.connect(tmp_path / "state" / "ledger.sqlite")
    assert ledger.execute("SELECT count(*) FROM attempts WHERE ended_ms IS NULL").fetchone() == (0,)
    ledger.close()


def storing(service, job, deck):
    """Brings a job to where its artifacts are made and none is stored: the couriers are stopped."""
    for pid in service.pids("slidemill-courier"):
        os.kill(pid, signal.SIGSTOP)
    service.upload(job, deck)
    wait_until("storing", lambda: service.job(job)["status"] == "storing")


def test_artifacts_lost_before_they_are_stored_are_made_again(services, tmp_path):
    service = services()
    storing(service, "torn", CORPUS / "lectures" / "uebersetzer-de.pdf")
    service.kill_all()
    ledger = sqlite3.connect(tmp_path / "state" / "ledger.sqlite")
    blobs = [tmp_path / "state" / "blobs" / sha[:2] / sha for sha, in ledger.execute("SELECT sha FROM artifacts")]
    ledger.close()
    assert len(blobs) == 3
    blobs[0].unlink()
    blobs[1].write_bytes(b"torn by a power cut")
    os.utime(blobs[1], (1, 1))
    service.start()
    check_outputs(service, service.finish("torn"), 15)


def test_one_death_of_a_courier_is_one_charge(services):
    service = services()
    storing(service, "charged", CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf")
    for pid in service.pids("slidemill-courier"):
        os.kill(pid, signal.SIGSEGV)
        os.kill(pid, signal.SIGCONT)
    check_outputs(service, service.finish("charged"), 14)


def test_crashes_of_vision_fail_no_innocent_slide(services, doubles):
    model = doubles("model.py", "--latency", "0.2")
    service = services(**model_env(model), SLIDEMILL_THROTTLE_FIRST_MS="50")
    service.upload("crashes", DECK)
    for _ in range(3):  # the first hits many slides at once and charges none; a third charge would be a verdict
        answered = model.get("stats")["answered"]
        wait_until("more answers", lambda: model.get("stats")["answered"] > answered or
                   service.job("crashes")["status"] != "working")
        for pid in service.pids("slidemill-vision"):
            os.kill(pid, signal.SIGSEGV)
    summary = check_outputs(service, service.finish("crashes"), PAGES)
    assert summary["outcomes"]["failed"] == 0


def test_two_reloads_at_once_leave_workers(services, tmp_path):
    config = tmp_path / "slidemill.cfg"
    config.write_text("model: { cards = 3; };\n")
    service = services("--config", str(config))
    for cards in (4, 5):
        config.write_text(f"model: {{ cards = {cards}; }};\n")
        service.process.send_signal(signal.SIGHUP)
        wait_until("reloaded", lambda cards=cards: len(service.events("reloaded")) == cards - 3)
    service.upload("reloaded", DECK)
    check_outputs(service, service.finish("reloaded"), PAGES)
    wait_until("one vision worker", lambda: len(service.pids("slidemill-vision")) == 1)


def test_sigterm_drains(services, doubles):
    model = doubles("model.py", "--latency", "1")
    service = services(**model_env(model), SLIDEMILL_VISION_IN_FLIGHT="4", SLIDEMILL_DRAIN_S="600")
    service.upload("drained", DECK)
    wait_until("calls under way", lambda: model.get("stats")["calls"] >= 4)
    assert service.stop() == 0  # once these have ended, long before its deadline
    stats = model.get("stats")
    assert stats["answered"] == stats["calls"]  # what was held was finished
    service.start()
    check_outputs(service, service.finish("drained"), PAGES)
    stats = model.get("stats")
    assert stats["calls"] == len(stats["slides"])  # and not paid again


def test_sighup_changes_the_number_of_workers(services, tmp_path):
    config = tmp_path / "slidemill.cfg"
    config.write_text("stages: { courier: { count = 1; }; };\n")
    service = services("--config", str(config))
    assert len(service.pids("slidemill-courier")) == 1
    config.write_text("stages: { courier: { count = 3; }; };\n")
    service.process.send_signal(signal.SIGHUP)
    wait_until("three couriers", lambda: len(service.pids("slidemill-courier")) == 3)
    config.write_text("stages: { courier: { count = 1; }; };\n")
    service.process.send_signal(signal.SIGHUP)
    wait_until("one courier", lambda: len(service.pids("slidemill-courier")) == 1)
    config.write_text("stages: { courier: { cuont = 2; }; };\n")
    service.process.send_signal(signal.SIGHUP)
    wait_until("the refusal", lambda: service.events("reload_refused"))
    assert len(service.pids("slidemill-courier")) == 1
    service.upload("after", DECK)
    check_outputs(service, service.finish("after"), PAGES)


def test_nothing_is_left_behind(services, tmp_path):
    service = services()
    service.upload("tidy", CORPUS / "lectures" / "uebersetzer-de.pdf")
    service.finish("tidy")
    wait_until("no blobs", lambda: not [path for path in (tmp_path / "state" / "blobs").rglob("*") if path.is_file()])
    pids = service.pids()
    assert service.stop() == 0
    wait_until("no process", lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}/exe")])
    assert list((tmp_path / "state" / "run").iterdir()) == []
