"""refusals - see tests/bench/refusals"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

import refusals  # noqa: E402
from test_front import Supervisor  # noqa: E402


def main():
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    load = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * os.cpu_count())]
    with tempfile.TemporaryDirectory() as folder:
        # on a machine so loaded a second is too short: whoever cannot send its 60 kB in time is told 408, and rightly
        up = Supervisor(pathlib.Path(folder), **{**refusals.ENVIRONMENT, "SLIDEMILL_HTTP_DEADLINE_S": "4"})
        try:
            refusals.settle(up)
            crowd = refusals.Crowd(up.port)
            began = time.monotonic()
            found = refusals.run(up.port, tries, at_once=48)
            crowd.close()
            print(refusals.table(found, tries))
            print(f"{time.monotonic() - began:.0f} s, {refusals.CROWD} idle connections, {len(load)} busy programs on "
                  f"{os.cpu_count()} processors")
        finally:
            up.close()
            for busy in load:
                busy.kill()
    return any(came["seen"] != tries for came in found.values())


if __name__ == "__main__":
    sys.exit(main())
