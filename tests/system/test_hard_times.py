"""A running service in hard times: workers that stop or crash over several leases, odd signals, no room, no port."""

import os
import signal

from service import CORPUS, wait_until

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"


def stop_workers(service, program):
    pids = service.pids(program)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return pids


def test_one_crash_over_three_outputs_is_one_crash(services):
    service = services()
    pids = stop_workers(service, "slidemill-courier")
    assert service.upload("crash", DECK).status_code == 202
    wait_until("storing", lambda: service.job("crash")["status"] == "storing")
    for pid in pids:
        os.kill(pid, signal.SIGABRT)
        os.kill(pid, signal.SIGCONT)
    state = service.finish("crash")
    assert state["status"] == "completed", state["error"]
    assert len(service.events("worker_ended", stage="courier")) == 1


def test_a_worker_that_stops_is_replaced_at_its_deadline(services):
    service = services(SLIDEMILL_COURIER_DEADLINE_S="1", SLIDEMILL_RASTERIZER_DEADLINE_S="1", SLIDEMILL_THROTTLE_FIRST_MS="50")
    for program in ("slidemill-courier", "slidemill-rasterizer"):
        stop_workers(service, program)
    assert service.upload("stopped", DECK).status_code == 202
    state = service.finish("stopped")
    assert state["status"] == "completed", state["error"]
    assert state["slides"]["failed"] == 0
    assert {line["stage"] for line in service.events("worker_killed", reason="deadline")} == {"courier", "rasterizer"}
