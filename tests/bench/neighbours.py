#!/usr/bin/env python3
"""neighbours - what others cost a lecture: each time as a multiple of the same lecture's alone, in the same run

usage: neighbours.py [equal | crowd | long]...    without arguments: all
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

for folder in ("system", "hostile"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

from crowd import Crowd, table  # noqa: E402
from run import MAKE  # noqa: E402
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


def alone(service, path):
    """Seconds that the lecture takes when nobody else is there: the median of three."""
    return sorted(post(service, [f"alone-{i}"], path, f"Alone{i}")[0] for i in range(3))[1]


def crowd():
    """A healthy lecture of 15 pages, posted five times while broken and greedy files are worked on, without a model."""
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as home:
        subprocess.run([sys.executable, MAKE, scratch], check=True, stdout=subprocess.DEVNULL)
        rows = [row for folder in (CORPUS / "hostile", pathlib.Path(scratch)) for row in table(folder)]
        service = Service(home).start()
        try:
            usual = alone(service, LECTURE)
            Crowd(service, rows, healthy=False)
            took = [post(service, [f"healthy-{i}"], LECTURE, f"Healthy{i}")[0] for i in range(5)]
            print(f"{'15 pages among ' + str(len(rows)) + ' hostile':<28} alone {usual:.2f} s, among them {', '.join(f'{one:.1f}' for one in took)} s, "
                  f"{max(took) / usual:.1f} times that", flush=True)
        finally:
            service.close()


def lecture(source, first, last, target):
    subprocess.run(["mutool", "merge", "-o", target, CORPUS / "lectures" / source, f"{first}-{last}"], check=True,
                   stderr=subprocess.DEVNULL)
    return target


def long(many=10):
    """Three pages behind ten lectures of 300: while these are worked on, and while their documents are written."""
    for latency in (None, 2):
        model = Double("model.py", "--latency", latency) if latency else None
        with tempfile.TemporaryDirectory() as home:
            small, big = lecture("uebersetzer-de.pdf", 2, 4, f"{home}/small.pdf"), f"{home}/big.pdf"
            subprocess.run(["mutool", "merge", "-o", big, CORPUS / "lectures" / "survey-overlays.pdf", "1-150",
                            CORPUS / "lectures" / "shell-150-pages.pdf", "1-150"], check=True, stderr=subprocess.DEVNULL)
            service = Service(home, **({"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": model.url} if model else {})).start()
            try:
                usual = alone(service, small)
                jobs = [f"long-{i}" for i in range(many)]
                for job in jobs:
                    assert service.upload(job, big, job).status_code == 202
                took = {"working": [], "assembling": []}
                while (states := [service.job(job)["status"] for job in jobs]) and not all(state == "completed" for state in states):
                    phase = "assembling" if {"assembling", "storing"} & set(states) else "working"
                    number = len(took["working"]) + len(took["assembling"])
                    took[phase].append(post(service, [f"behind-{number}"], small, f"Behind{number}")[0] / usual)
                print(f"{f'3 pages behind {many} x 300':<28} {f'model {latency} s' if latency else 'offline'}: alone {usual:.2f} s; "
                      + "; ".join(f"{phase}: median {statistics.median(one):.1f}, at most {max(one):.1f} times that ({len(one)})"
                                  for phase, one in took.items() if one), flush=True)
            finally:
                service.close()
                if model:
                    model.close()


PARTS = {"equal": equal, "crowd": crowd, "long": long}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
