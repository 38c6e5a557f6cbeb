"""SIGTERM: what is still done, what is told, and when it ends, with a disk that stays and with one that goes too."""

import os
import signal
import time

import pytest
import requests

from service import CORPUS, wait_until
from test_outbox import SECRET, callback_env, told
from test_pipeline import check_outputs, model_env

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
PAGES = 14


def begin(service, doubles_model, job="drained", calls=3):
    assert service.upload(job, DECK).status_code == 202
    wait_until("calls under way", lambda: doubles_model.get("stats")["calls"] >= calls)


def drained(service, most=60):
    """Waits for its end; how long it took."""
    begun = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    code = service.process.wait(most)
    service.reader.join(10)
    assert code == 0, "\n".join(str(line) for line in service.lines[-40:])
    return time.monotonic() - begun


# ---- a disk that stays


def test_while_it_drains_it_is_not_ready_and_takes_nothing(services, doubles):
    model = doubles("model.py", "--latency", "3")
    service = services(**model_env(model))
    begin(service, model)
    service.process.send_signal(signal.SIGTERM)
    wait_until("not ready", lambda: requests.get(service.url + "/readyz", timeout=5).status_code == 503)
    assert requests.get(service.url + "/livez", timeout=5).status_code == 200
    refused = service.process_key("late", "uploads/a.pdf")
    assert refused.status_code == 503 and refused.json()["code"] == "SHUTTING_DOWN"
    assert int(refused.headers["Retry-After"]) > 0
    assert service.upload("drained", DECK).status_code == 202  # it is known already
    assert service.process.wait(30) == 0
    stats = model.get("stats")
    assert stats["answered"] == stats["calls"] >= 3
    assert not service.events("worker_killed")


def test_with_nothing_in_hand_it_ends_at_once(services):
    drained(services(SLIDEMILL_DRAIN_S="600"))


def test_at_the_deadline_it_ends_whatever_is_held(services, doubles):
    model = doubles("model.py", "--latency", "600")
    service = services(**model_env(model), SLIDEMILL_DRAIN_S="1")
    begin(service, model)
    drained(service)  # long before the model answers
    model.post("scenario", {"latency": 0})
    service.start()
    check_outputs(service, service.finish("drained"), PAGES)


def test_whether_the_disk_stays_is_not_changed_while_it_runs(services, tmp_path):
    config = tmp_path / "slidemill.cfg"
    config.write_text("ledger: { durable = true; };\n")
    service = services("--config", str(config))
    config.write_text("ledger: { durable = false; };\n")
    service.process.send_signal(signal.SIGHUP)
    wait_until("refused", lambda: service.events("reload_refused", parameter="ledger.durable"))
    drained(service)


# ---- a disk that goes too


def ephemeral(services, receiver, drain_s, **more):
    return services(**callback_env(receiver, SLIDEMILL_LEDGER_DURABLE="false", SLIDEMILL_DRAIN_S=drain_s, **more))


def test_what_can_be_finished_is_finished(services, doubles):
    model, receiver = doubles("model.py", "--latency", "0.3"), doubles("receiver.py", "--secret", SECRET)
    service = ephemeral(services, receiver, 600, **model_env(model), SLIDEMILL_VISION_IN_FLIGHT="2")
    begin(service, model, calls=2)
    assert service.process_key("quick", "uploads/none.pdf").status_code == 202
    drained(service)  # as soon as nothing is owed
    ends = {entry["json"]["jobId"]: entry["json"] for entry in receiver.get("log")}
    assert ends["drained"]["status"] == "completed" and ends["quick"]["error"]["code"] == "S3_NOT_FOUND"


def test_what_cannot_is_told_to_be_interrupted(services, doubles):
    model, receiver = doubles("model.py", "--latency", "600"), doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503}])
    service = ephemeral(services, receiver, 8, **model_env(model), SLIDEMILL_LIMIT_JOBS_ACTIVE="2")
    begin(service, model)
    jobs = ["drained"] + [f"waiting-{i}" for i in range(300)]
    for job in jobs[1:]:
        assert service.upload(job, DECK, "German").status_code == 202
    drained(service)
    ends = {entry["json"]["jobId"]: entry["json"] for entry in receiver.get("log") if entry["status"] == 204}
    assert set(ends) == set(jobs)
    assert {end["status"] for end in ends.values()} == {"failed"}
    assert {end["error"]["code"] for end in ends.values()} == {"INTERRUPTED"}
    assert len(receiver.get("log")) == len(jobs) + 1
    assert len(service.events("job_failed", code="INTERRUPTED")) == len(jobs)


def test_a_receiver_that_is_away_holds_it_until_the_deadline(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503, "times": 1000}])
    service = ephemeral(services, receiver, 3)
    service.process_key("untold", "uploads/none.pdf")
    told(receiver, 1)
    assert drained(service) > 2.9


def test_the_second_sigterm_ends_it_without_a_word(services, doubles):
    model, receiver = doubles("model.py", "--latency", "600"), doubles("receiver.py", "--secret", SECRET)
    service = ephemeral(services, receiver, 600, **model_env(model))
    begin(service, model)
    pids = service.pids()
    service.process.send_signal(signal.SIGTERM)
    wait_until("draining", lambda: service.events("draining"))
    assert service.stop(most=10) == 128 + signal.SIGKILL
    wait_until("no process", lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}/exe")])
    assert receiver.get("log") == []


@pytest.mark.parametrize("word", ["false", "0"])
def test_a_crash_is_no_end_even_there(services, doubles, word):
    receiver = doubles("receiver.py", "--secret", SECRET)
    service = services(**callback_env(receiver, SLIDEMILL_LEDGER_DURABLE=word))
    assert service.upload("crashed", DECK).status_code == 202
    for pid in service.pids("slidemill-supervisor"):
        os.kill(pid, signal.SIGKILL)
    assert service.finish("crashed")["status"] == "completed"
