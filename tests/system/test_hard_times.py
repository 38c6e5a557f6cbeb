"""A running service in hard times: workers that stop or crash over several leases, odd signals, no room, no port."""

import collections
import concurrent.futures
import os
import signal
import subprocess

from service import BUILD, CORPUS, free_port, wait_until
from test_pipeline import check_outputs, model_env

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


def test_a_hundred_equal_posts_are_one_job(services):
    service = services()
    with concurrent.futures.ThreadPoolExecutor(100) as crowd:
        answers = list(crowd.map(lambda _: service.process_key("same", "uploads/none.pdf").status_code, range(100)))
    assert collections.Counter(answers) == {202: 100}
    assert service.finish("same")["error"]["code"] == "S3_NOT_FOUND"
    assert len(service.events("job_accepted")) == 1


def test_a_second_sigterm_ends_it_at_once(services, doubles):
    model = doubles("model.py", "--latency", "600")
    service = services(**model_env(model))
    assert service.upload("cut", DECK).status_code == 202
    wait_until("calls under way", lambda: model.get("stats")["calls"] > 3)
    pids = service.pids()
    service.process.send_signal(signal.SIGTERM)
    wait_until("draining", lambda: service.health().status_code == 503)
    assert service.stop(most=10) == 128 + signal.SIGKILL
    wait_until("no process", lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}/exe")])
    model.post("scenario", {"latency": 0})
    service.start()
    check_outputs(service, service.finish("cut"), 14)


def test_reloads_under_load_cost_no_slide(services, tmp_path):
    config = tmp_path / "slidemill.cfg"
    config.write_text("")
    service = services("--config", str(config))
    for i, language in enumerate(("English", "German", "French", "Spanish")):
        assert service.upload(f"load-{i}", CORPUS / "lectures" / "survey-handout.pdf", language).status_code == 202
    for i in range(12):
        config.write_text(f"stages: {{ rasterizer: {{ count = {1 + i % 3}; }}; vision: {{ count = {1 + i % 2}; in_flight = "
                          f"{8 + i}; }}; courier: {{ count = {1 + i % 2}; }}; }};\n")
        service.process.send_signal(signal.SIGHUP)
        wait_until("reloaded", lambda: len(service.events("reloaded")) == i + 1)
    for i in range(4):
        assert check_outputs(service, service.finish(f"load-{i}"), 66)["outcomes"]["failed"] == 0
    assert not service.events("worker_killed") and not service.events("supervisor_ended")


def second(service, event, **env):
    """Starts another service beside this one; returns its line of that event, and ends it."""
    other = subprocess.Popen([BUILD / "slidemill", "serve"], env={**service.env, **env}, stderr=subprocess.PIPE, text=True)
    try:
        return next(line for line in other.stderr if f'"{event}"' in line)
    finally:
        other.terminate()
        other.communicate(timeout=30)


def test_what_is_taken_is_named(services, tmp_path):
    service = services()
    assert "Address already in use" in second(service, "listen_failed", SLIDEMILL_STATE_DIR=str(tmp_path / "other"))
    assert "stop the other slidemill" in second(service, "state_folder_unusable", PORT=str(free_port()))
    assert service.upload("unharmed", DECK).status_code == 202
    assert service.finish("unharmed")["status"] == "completed"
