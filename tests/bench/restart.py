"""Restarts under load: how the requests ended that came while the supervisor was killed, or ended in order and followed by another.

.venv/bin/python tests/bench/restart.py [--restarts 200] [--rate 1000]
"""

import argparse
import json
import os
import pathlib
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from http_load import Load  # noqa: E402
from service import Service, wait_until  # noqa: E402

WAYS = (signal.SIGKILL, signal.SIGTERM)


def restart(service, number):
    """Ends the supervisor by that signal; waits until another has recovered and has a front."""
    before = len(service.events("jobs_recovered")), len(service.events("worker_ready", stage="front"))
    os.kill(service.events("supervisor_started")[-1]["pid"], number)
    wait_until("another supervisor", lambda: len(service.events("jobs_recovered")) > before[0]
               and len(service.events("worker_ready", stage="front")) > before[1])


def measure(restarts=200, rate=1000):
    """What became of the requests, as a dictionary."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(folder).start()
        try:
            with Load(service.port, rate) as load:
                time.sleep(1)
                for number in range(restarts):
                    restart(service, WAYS[number % len(WAYS)])
                time.sleep(1)
        finally:
            service.close()
    return {"restarts": restarts, "rate": round(load.rate), "ends": dict(load.ends), "lost": load.lost(), "longest_s": round(load.longest_s, 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restarts", type=int, default=200)
    parser.add_argument("--rate", type=int, default=1000)
    print(json.dumps(measure(**vars(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
