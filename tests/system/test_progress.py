"""Progress: outages are waited out, late jobs end, probes tell the truth, figures are there, nothing spins."""

import os
import signal
import time

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from service import CORPUS, free_port, wait_until
from test_pipeline import check_outputs, model_env

DECK, SLIDES = CORPUS / "lectures" / "uebersetzer-de.pdf", 15
SHORT = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"


def ticks(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def metrics(service):
    answer = requests.get(service.url + "/metrics", timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    samples = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation and family.type in ("gauge", "counter")
        for sample in family.samples:
            samples[(sample.name, *sorted(sample.labels.items()))] = sample.value
    return samples


def test_a_model_that_is_out_is_waited_for(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "server_error"}]})
    service = services(**model_env(model, SLIDEMILL_VISION_TRIES="1"))
    assert service.upload("out", DECK).status_code == 202
    wait_until("an outage", lambda: service.event("outage_began"))
    wait_until("nothing held", lambda: metrics(service)[("slidemill_leases_held", ("stage", "vision"))] == 0)
    health = service.health()
    assert health.status_code == 200 and "explain" in health.json()["outages"]
    assert metrics(service)[("slidemill_outage", ("lane", "explain"))] == 1
    calls, supervisor = model.get("stats")["calls"], service.pids("slidemill-supervisor")[0]
    before, began = ticks(supervisor), time.monotonic()
    wait_until("a look", lambda: model.get("stats")["calls"] > calls, 20)
    wait_until("another look", lambda: model.get("stats")["calls"] > calls + 1, 30)
    seconds = time.monotonic() - began
    assert seconds > 6 and model.get("stats")["calls"] <= calls + 3, "one at a time, ever rarer"
    assert ticks(supervisor) - before < seconds * 10, "a tenth of one CPU at the most"
    assert service.job("out")["status"] == "working" and service.job("out")["slides"]["failed"] == 0
    model.post("scenario", {"rules": []})
    state = service.finish("out")
    check_outputs(service, state, SLIDES)
    assert state["slides"]["failed"] == 0
    assert len(service.events("outage_began")) == len(service.events("outage_ended")) == 1
    assert metrics(service)[("slidemill_outage", ("lane", "explain"))] == 0


def test_one_slide_the_model_cannot_take_costs_that_slide_only(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "server_error", "slides": [5]}]})
    service = services(**model_env(model, SLIDEMILL_VISION_TRIES="1"))
    assert service.upload("one", DECK).status_code == 202
    state = service.finish("one")
    check_outputs(service, state, SLIDES)
    assert state["slides"]["failed"] == 1
    by_slide = {slide["slide"]: slide["calls"] for slide in model.get("stats")["slides"].values()}
    assert by_slide[5] <= 4


def test_an_outage_that_lasts_too_long_fails_the_slides(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "server_error"}]})
    service = services(**model_env(model, SLIDEMILL_VISION_TRIES="1", SLIDEMILL_LIMIT_OUTAGE_S="2"))
    assert service.upload("long", DECK).status_code == 202
    state = service.finish("long")
    assert state["status"] == "failed" and state["error"]["code"] == "ALL_SLIDES_FAILED"
    assert service.event("outage_began")


def test_a_job_past_its_time_fails_active_or_not(services, doubles):
    model, receiver = doubles("model.py", "--latency", "600"), doubles("receiver.py", "--secret", "secret")
    service = services(**model_env(model, SLIDEMILL_LIMIT_JOB_S="3", SLIDEMILL_LIMIT_JOBS_ACTIVE="1",
                                   WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="secret"))
    for job in ("active", "waiting"):
        assert service.upload(job, SHORT).status_code == 202
    for job in ("active", "waiting"):
        state = service.finish(job, 30)
        assert state["status"] == "failed" and state["error"]["code"] == "JOB_DEADLINE", state
        wait_until("callback", lambda: service.job(job)["callback"]["state"] == "delivered", 30)
    wait_until("calls called off", lambda: metrics(service)[("slidemill_leases_held", ("stage", "vision"))] == 0, 10)


def test_the_store_that_is_out_is_waited_for(services, doubles):
    port = free_port()
    service = services(S3_BUCKET="lectures", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", SLIDEMILL_STORE_TRIES="1",
                       AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{port}")
    assert service.process_key("store", "uploads/a.pdf").status_code == 202
    wait_until("an outage", lambda: service.event("outage_began"))
    wait_until("looks", lambda: metrics(service)[("slidemill_leases_settled_total", ("lane", "fetch"))] >= 3, 60)
    assert service.job("store")["status"] == "fetching" and "fetch" in service.health().json()["outages"]
    assert len(service.events("outage_began")) == 1
    store = doubles("s3faults.py", "--port", port)
    requests.put(f"{store.url}/lectures/uploads/a.pdf", data=SHORT.read_bytes(), timeout=10).raise_for_status()
    assert service.finish("store")["status"] == "completed"
    assert len(service.events("outage_ended", lane="fetch")) == 1


def test_an_object_that_is_not_there_is_not_waited_for(services, doubles):
    store = doubles("s3faults.py")
    service = services(S3_BUCKET="lectures", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_ENDPOINT_URL_S3=store.url)
    store.post("rules", [{"fault": "denied", "times": 1}])
    assert service.process_key("denied", "a.pdf").status_code == 202
    assert service.finish("denied", 20)["error"]["code"] == "S3_DENIED"
    assert not service.event("outage_began")


def test_a_stopped_supervisor_is_not_live_and_front_says_so(services):
    service = services()
    pid = service.pids("slidemill-supervisor")[0]
    assert requests.get(service.url + "/livez", timeout=2).status_code == 200
    wait_until("ready", lambda: requests.get(service.url + "/readyz", timeout=2).status_code == 200, 10)
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        wait_until("not live", lambda: requests.get(service.url + "/livez", timeout=2).status_code == 503, 10)
        print(f"livez turned 503 after {time.monotonic() - began:.1f} s")
        assert requests.get(service.url + "/readyz", timeout=2).json()["code"] == "STALLED"
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_until("live again", lambda: requests.get(service.url + "/livez", timeout=2).status_code == 200, 10)


def test_figures_count_what_happened(services):
    service = services()
    assert service.upload("figures", SHORT).status_code == 202
    state = service.finish("figures")
    os.kill(service.pids("slidemill-assembler")[0], signal.SIGKILL)
    wait_until("a new assembler", lambda: service.health().json()["stages"]["assembler"]["ready"] == 1
               and service.health().json()["stages"]["assembler"]["deaths"] == {"died": 1}, 30)
    figures = metrics(service)
    assert figures[("slidemill_jobs_ended_total", ("status", "completed"))] == 1
    assert figures[("slidemill_worker_deaths_total", ("reason", "died"), ("stage", "assembler"))] == 1
    assert figures[("slidemill_workers", ("stage", "vision"), ("state", "ready"))] == 1
    assert sum(value for key, value in figures.items() if key[0] == "slidemill_slides_ended_total") == state["total_slides"]
    assert figures[("slidemill_jobs_open",)] == figures[("slidemill_jobs_active",)] == 0


# ---- fairness ------------------------------------------------------------------------------------------------------------

def test_a_short_job_is_not_stuck_behind_long_ones(services, doubles):
    model = doubles("model.py", "--latency", "0.2")
    service = services(**model_env(model))

    def seconds(job, language):
        began = time.monotonic()
        assert service.upload(job, SHORT, language).status_code == 202
        assert service.finish(job)["status"] == "completed"
        return time.monotonic() - began

    seconds("warm", "English")
    alone = seconds("alone", "German")
    for i, language in enumerate(("French", "Spanish", "Dutch", "Danish", "Czech", "Greek")):
        assert service.upload(f"long-{i}", CORPUS / "lectures" / "survey-overlays.pdf", language).status_code == 202
    wait_until("long jobs at work", lambda: service.job("long-5")["slides"]["done"] > 5)
    behind = seconds("behind", "Italian")
    print(f"alone {alone:.2f} s, behind six long jobs {behind:.2f} s")
    assert not service.events("job_completed", jobId="long-5")
    assert behind < 3 * alone + 3
    for i in range(6):
        assert service.finish(f"long-{i}", 280)["status"] == "completed"


# ---- no room -------------------------------------------------------------------------------------------------------------

@pytest.fixture
def small_disk(disks):
    """A disk of 160 MB; the service's state goes there."""
    return disks("160m")


def fill(disk, leave):
    """Leaves at most that many bytes; returns the file to remove."""
    ballast = disk / "ballast"
    with open(ballast, "ab", buffering=0) as file:
        while (free := os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize) > leave:
            try:
                file.write(bytes(min(free - leave, 1 << 20)))
            except OSError:  # the service was faster
                continue
    return ballast


def until_ready(service, status, most=30):
    wait_until(f"readyz {status}", lambda: service.probe("readyz") == status, most)


def test_without_room_nothing_is_accepted_and_what_runs_waits(services, doubles, small_disk):
    model = doubles("model.py", "--latency", "0.3")
    service = services(**model_env(model, SLIDEMILL_STATE_DIR=small_disk / "state"))
    assert service.upload("runs", CORPUS / "lectures" / "shell-150-pages.pdf").status_code == 202
    wait_until("at work", lambda: service.job("runs")["slides"]["done"] > 0)
    ballast = fill(small_disk, 40 << 20)
    until_ready(service, 503)
    for answer in (service.process_key("refused", "a.pdf"), service.upload("refused", SHORT)):
        assert answer.status_code == 507 and int(answer.headers["Retry-After"]) > 0
        assert answer.json()["code"] == "STORAGE_FULL"
    health = service.health()
    assert health.status_code == 503 and any("room" in what for what in health.json()["missing"])
    assert requests.get(service.url + "/livez", timeout=5).status_code == 200
    assert metrics(service)[("slidemill_disk_has_room",)] == 0
    assert service.job("runs")["status"] in ("working", "assembling")
    ballast.unlink()
    state = service.finish("runs")
    assert state["status"] == "completed" and state["slides"]["failed"] == 0, state
    until_ready(service, 200)
    assert not service.events("worker_ended") and service.upload("after", SHORT).status_code == 202
    assert service.finish("after")["status"] == "completed"


def test_a_full_queue_says_when_to_come_back(services, doubles):
    model = doubles("model.py", "--latency", "600")
    service = services(**model_env(model, SLIDEMILL_LIMIT_JOBS_OPEN="1"))
    assert service.upload("first", SHORT).status_code == 202
    answer = service.upload("second", DECK)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0 and answer.json()["code"] == "QUEUE_FULL"
    wait_until("not ready", lambda: requests.get(service.url + "/readyz", timeout=5).json().get("code") == "QUEUE_FULL", 10)
    assert service.health().status_code == 200


def test_a_disk_without_a_byte_left_is_survived(services, doubles, small_disk):
    model = doubles("model.py", "--latency", "0.3")
    service = services(**model_env(model, SLIDEMILL_STATE_DIR=small_disk / "state"))
    assert service.upload("full", CORPUS / "lectures" / "shell-150-pages.pdf").status_code == 202
    wait_until("at work", lambda: service.job("full")["slides"]["done"] > 0)
    ballast = fill(small_disk, 0)
    time.sleep(3)  # let it write where nothing can be written
    ballast.unlink()
    state = service.finish("full", 60)
    assert state["status"] == "completed" and state["slides"]["failed"] == 0, state
    wait_until("the log tells it", lambda: service.events("job_completed"))
    assert len(service.events("job_completed")) == 1
    print(f"ended {len(service.events('jobs_recovered')) - 1} times meanwhile")
