"""Paid answers survive the supervisor: vision workers outlive it, keep what they know, and are adopted by the next."""

import os
import pathlib
import signal
import time

import pytest

from service import CORPUS, needed, wait_until
from test_pipeline import check_outputs, model_env

DECK, PAGES = CORPUS / "lectures" / "ensambles-es.pdf", 46


def kill(service, program):
    pids = service.pids(program)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return pids


def restarted(service, before):
    wait_until("another supervisor", lambda: len(service.events("jobs_recovered")) > before)


def calls(model):
    return model.get("stats")["calls"]


def each_was_paid_once(summary, model):
    """One call a slide, one for the overview, and the summary knows of no other."""
    stats = model.get("stats")
    assert summary["outcomes"]["failed"] == 0
    assert stats["calls"] == needed(summary) == len(stats["slides"])
    assert stats["overviews"] == 1 and summary["usage"]["calls"] == stats["calls"] + 1


@pytest.mark.parametrize("latency, kills, pause", [(1.5, 4, 0.4), (0.3, 6, 0.9)])
def test_a_supervisor_crash_costs_no_call(services, doubles, latency, kills, pause):
    model = doubles("model.py", "--latency", str(latency))
    service = services(SLIDEMILL_VISION_IN_FLIGHT="8", **model_env(model))
    assert service.upload("kept", DECK).status_code == 202
    wait_until("calls under way", lambda: calls(model) > 3)
    for _ in range(kills):
        before = len(service.events("jobs_recovered"))
        kill(service, "slidemill-supervisor")
        restarted(service, before)
        time.sleep(pause)
    summary = check_outputs(service, service.finish("kept"), PAGES)
    assert service.events("worker_adopted"), "nobody was adopted"
    each_was_paid_once(summary, model)


def test_all_others_die_with_the_supervisor(services, doubles):
    model = doubles("model.py", "--latency", "600")
    service = services(**model_env(model))
    assert service.upload("alone", DECK).status_code == 202
    wait_until("calls under way", lambda: calls(model) > 3)
    mortal = [pid for program in ("front", "courier", "rasterizer", "assembler") for pid in service.pids(f"slidemill-{program}")]
    vision = service.pids("slidemill-vision")
    kill(service, "slidemill-supervisor")
    wait_until("their end", lambda: not [pid for pid in mortal if os.path.exists(f"/proc/{pid}/exe")])
    restarted(service, 1)
    assert all(os.path.exists(f"/proc/{pid}/exe") for pid in vision)


def test_answers_wait_while_nobody_is_there(services, doubles):
    """`slidemill serve` dies too: the worker finishes its calls, holds the answers, and is found by the next start."""
    model = doubles("model.py", "--latency", "1")
    service = services(SLIDEMILL_VISION_IN_FLIGHT="8", **model_env(model))
    assert service.upload("waits", DECK).status_code == 202
    wait_until("calls under way", lambda: calls(model) >= 8)
    vision = service.pids("slidemill-vision")
    os.kill(service.process.pid, signal.SIGKILL)  # and the supervisor goes with it
    service.process.wait(10)
    wait_until("all calls answered", lambda: model.get("stats")["at_once"] == 0)
    asked = calls(model)
    time.sleep(1)
    assert calls(model) == asked, "it took something new"
    service.start()
    each_was_paid_once(check_outputs(service, service.finish("waits"), PAGES), model)
    wait_until("relieved", lambda: not [pid for pid in vision if os.path.exists(f"/proc/{pid}/exe")])


def test_a_worker_that_holds_nothing_ends_with_its_supervisor(services, doubles):
    model = doubles("model.py", "--latency", "0")
    service = services(**model_env(model))
    vision = service.pids("slidemill-vision")
    kill(service, "slidemill-supervisor")
    wait_until("its end", lambda: not [pid for pid in vision if os.path.exists(f"/proc/{pid}/exe")])
    restarted(service, 1)
    assert not service.events("worker_found")


def test_a_stopped_serve_process_leaves_nobody_behind(services, doubles):
    model = doubles("model.py", "--latency", "600")
    service = services(SLIDEMILL_DRAIN_S="1", **model_env(model))
    assert service.upload("left", DECK).status_code == 202
    wait_until("calls under way", lambda: calls(model) > 3)
    kill(service, "slidemill-supervisor")
    restarted(service, 1)
    pids = service.pids()
    service.stop()
    wait_until("no process", lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}/exe")])
    assert not list((pathlib.Path(service.env["SLIDEMILL_STATE_DIR"]) / "run").glob("*.life"))


def test_a_vision_crash_costs_at_most_its_calls_in_flight(services, doubles):
    model = doubles("model.py", "--latency", "0.5")
    service = services(SLIDEMILL_VISION_IN_FLIGHT="4", SLIDEMILL_THROTTLE_FIRST_MS="50", **model_env(model))
    assert service.upload("crash", DECK).status_code == 202
    for n in range(3):
        wait_until("calls under way", lambda: calls(model) > 8 * (n + 1))
        kill(service, "slidemill-vision")
    summary = check_outputs(service, service.finish("crash"), PAGES)
    assert needed(summary) <= calls(model) <= needed(summary) + 3 * 4
