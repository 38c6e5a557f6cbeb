"""restart - what becomes of requests that come while the supervisor is killed, or sent away, and another follows"""

import os
import signal
import time

from harness import Measurement, line, main, running, wait_until
from http_load import Load

RESTARTS, RATE = 200, 1000
WAYS = (signal.SIGKILL, signal.SIGTERM)


def restart(service, number):
    """Ends the supervisor by that signal; waits until another has recovered and has a front."""
    before = len(service.events("jobs_recovered")), len(service.events("worker_ready", stage="front"))
    os.kill(service.events("supervisor_started")[-1]["pid"], number)
    wait_until("another supervisor", lambda: len(service.events("jobs_recovered")) > before[0]
               and len(service.events("worker_ready", stage="front")) > before[1])


def under_load(service, restarts):
    with Load(service.port, RATE) as load:
        time.sleep(2)
        for number in range(restarts):
            restart(service, WAYS[number % len(WAYS)])
        time.sleep(2)
    answered = ", ".join(f"{count} × {status}" for status, count in sorted(load.ends.items()))
    line(f"{restarts} restarts", f"at {load.rate:.0f} requests/s: {sum(load.lost().values())} refused or reset; {answered}; the longest took {load.longest_s:.2f} s")


def restarts():
    with running() as service:
        under_load(service, 0)
        under_load(service, RESTARTS)


MEASUREMENTS = [Measurement("restart", 240, f"{RESTARTS} restarts of the supervisor, kill -9 and SIGTERM by turns, under {RATE} requests/s", restarts)]

if __name__ == "__main__":
    main(MEASUREMENTS)
