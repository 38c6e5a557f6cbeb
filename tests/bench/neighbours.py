#!/usr/bin/env python3
"""neighbours - what others cost a lecture: each time as a multiple of the same lecture's alone, in the same run

usage: neighbours.py [equal | crowd | long]...    without arguments: all
"""

import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from service import CORPUS, Double, Service  # noqa: E402

LECTURE = CORPUS / "lectures" / "uebersetzer-de.pdf"
FAILS = ("refusal", "not_json", "server_error")


def post(service, jobs, path, language):
    """Posts the jobs at once; seconds until the last has ended, and their states."""
    begun = time.monotonic()
    for job in jobs:
        assert service.upload(job, path, language).status_code == 202
    states = [service.finish(job, 900) for job in jobs]
    return time.monotonic() - begun, states


def equal(latency=2):
    """20 equal lectures, two of whose slides fail, each time in another way."""
    for preset in FAILS:
        model = Double("model.py", "--latency", latency)
        with tempfile.TemporaryDirectory() as home:
            service = Service(home, OPENAI_API_KEY="sk-bench", OPENAI_BASE_URL=model.url).start()
            try:
                post(service, ["warm"], LECTURE, "Warm")
                model.post("scenario", {"rules": [{"slides": [3, 7], "of": "slide", "preset": preset}]})
                alone, _ = post(service, ["alone"], LECTURE, "Alone")
                calls = model.get("stats")["calls"]
                took, states = post(service, [f"equal-{i}" for i in range(20)], LECTURE, "Equal")
                assert all(state["slides"]["failed"] == 2 for state in states)
                print(f"{'20 equal lectures':<28} two slides fail ({preset}): alone {alone:.1f} s, all {took:.1f} s, {took / alone:.1f} times that; "
                      f"{model.get('stats')['calls'] - calls} calls", flush=True)
            finally:
                service.close()
                model.close()


PARTS = {"equal": equal}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
