"""Workers are relieved: on a reload, by count, age and memory; never fewer at work than before, no lease lost."""

import signal

import pytest
import requests

from service import CORPUS, wait_until
from test_pipeline import check_outputs

LECTURES = CORPUS / "lectures"


def reload(service, config, text):
    done = len(service.events("reloaded")) + len(service.events("reload_refused"))
    config.write_text(text)
    service.process.send_signal(signal.SIGHUP)
    wait_until("reloaded", lambda: len(service.events("reloaded")) + len(service.events("reload_refused")) > done)


def moments(service, stage):
    """The births (READY) and ends of a stage's workers in the order of the log: (+1 or -1 or told to go, generation)."""
    return [(line["event"], line["generation"]) for line in service.lines
            if line.get("event") in ("worker_ready", "worker_ended") and line.get("stage") == stage]


@pytest.mark.parametrize("stage, text", [
    ("rasterizer", "stages: { rasterizer: { count = 2; quality = 80; }; };"),
    ("assembler", "recycle: { age_s = 1; };"),
    ("front", "http: { body_bytes = 70000; };"),
    ("courier", "store: { tries = 7; };"),
    ("vision", "model: { max_tokens = 2000; };")])
def test_the_new_one_is_ready_before_the_old_one_goes(services, tmp_path, stage, text):
    config = tmp_path / "slidemill.cfg"
    config.write_text("stages: { rasterizer: { count = 2; }; };")
    service = services("--config", str(config))
    reload(service, config, text)
    wanted = 2 if stage == "rasterizer" else 1
    wait_until("all relieved", lambda: len([e for e in moments(service, stage) if e[0] == "worker_ended"]) >= wanted)
    alive, least = 0, []
    for event, _ in moments(service, stage):
        alive += 1 if event == "worker_ready" else -1
        least.append(alive)
    assert min(least[least.index(wanted):]) >= wanted, moments(service, stage)
    assert service.upload("after", LECTURES / "t-diagram-mixed-sizes.pdf").status_code == 202
    check_outputs(service, service.finish("after"), 14)


def recycled(service):
    """The lines of /metrics about recycled workers of all stages that do work."""
    text = requests.get(service.url + "/metrics", timeout=10).text
    return [line for line in text.splitlines() if 'reason="recycled"' in line and "rasterizer" in line][0]


@pytest.mark.parametrize("parameter, value, reason", [("RECYCLE_LEASES", 10, "leases"), ("RECYCLE_AGE_S", 1, "age"),
                                                      ("RECYCLE_MEMORY_MB", 1, "memory")])
def test_worn_out_workers_are_recycled(services, parameter, value, reason):
    service = services(**{f"SLIDEMILL_{parameter}": value})
    assert service.upload("worn", LECTURES / "survey-handout.pdf").status_code == 202
    assert check_outputs(service, service.finish("worn"), 66)["outcomes"]["failed"] == 0
    wait_until("recycled", lambda: service.events("worker_recycled", reason=reason))
    wait_until("counted", lambda: 'reason="recycled"} 0' not in recycled(service))
    assert not service.events("worker_killed")


def test_fifty_reloads_under_load_lose_no_lease(services, tmp_path):
    config = tmp_path / "slidemill.cfg"
    config.write_text("")
    service = services("--config", str(config))
    for i, language in enumerate(("English", "German", "French", "Spanish", "Italian", "Polish")):
        assert service.upload(f"load-{i}", LECTURES / "survey-handout.pdf", language).status_code == 202
    for i in range(50):
        reload(service, config, f"stages: {{ rasterizer: {{ count = {1 + i % 3}; quality = {80 + i % 5}; }}; vision: {{ count = "
                                f"{1 + i % 2}; in_flight = {8 + i}; }}; courier: {{ count = {1 + i % 2}; in_flight = {9 + i}; }}; }};")
    assert len(service.events("reloaded")) == 50
    for i in range(6):
        assert check_outputs(service, service.finish(f"load-{i}"), 66)["outcomes"]["failed"] == 0
    assert not service.events("worker_killed") and not service.events("supervisor_ended")
    assert not service.events("worker_ended", level="warn")  # those killed before their HELLO was heard ended in order
