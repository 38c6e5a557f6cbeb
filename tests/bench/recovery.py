"""recovery - from kill -9 of the supervisor to the next 202, with so many open jobs whose slides wait for a model that hangs"""

import concurrent.futures
import os
import shutil
import signal
import time

import requests

from harness import LECTURES, Measurement, doubled, line, main, running, wait_until

JOBS, CRASHES = 10000, 5


def accepts(service, job):
    try:
        return service.process_key(job, "uploads/deck.pdf").status_code == 202
    except requests.RequestException:
        return False


def crash(service, job):
    """Seconds from the kill to the next 202."""
    time.sleep(2)
    for pid in service.pids("slidemill-supervisor"):
        os.kill(pid, signal.SIGKILL)
    begun = time.monotonic()
    wait_until("202", lambda: accepts(service, job))
    return time.monotonic() - begun


def recovery():
    with doubled("--latency", 600) as model, \
            running(model, SLIDEMILL_LIMIT_JOBS_OPEN=2 * JOBS, SLIDEMILL_VISION_TIMEOUT_S=3600, SLIDEMILL_VISION_DEADLINE_S=7200) as service:
        uploads = service.folder / "state" / "objects" / "uploads"
        uploads.mkdir(parents=True)
        shutil.copy(LECTURES / "t-diagram-mixed-sizes.pdf", uploads / "deck.pdf")
        alone = crash(service, "alone")
        with concurrent.futures.ThreadPoolExecutor(16) as crowd:
            list(crowd.map(lambda n: service.process_key(f"job-{n}", "uploads/deck.pdf"), range(JOBS)))
        wait_until("calls", lambda: model.get("stats")["calls"] > 0)
        took = [crash(service, f"after-{n}") for n in range(CRASHES)]
        repeated = sum(slide["calls"] - 1 for slide in model.get("stats")["slides"].values())
        line(f"{JOBS} open jobs", f"kill -9 of the supervisor to the next 202: {', '.join(f'{each:.2f}' for each in took)} s, with no "
             f"job {alone:.2f}; {repeated} calls repeated")
        service.kill_all()  # a drain would wait for the model


MEASUREMENTS = [Measurement("recovery", 120, f"from kill -9 to the next 202, with {JOBS} open jobs and with none", recovery)]

if __name__ == "__main__":
    main(MEASUREMENTS)
