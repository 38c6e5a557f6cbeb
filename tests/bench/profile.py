#!/usr/bin/env python3
"""profile - where a slide's CPU milliseconds go: by program, and with perf by function

    tests/bench/profile.py [--latency S] [--offline] [--pages N[,N...]] [--tops N]

One lecture of each size from upload to the end, without a client that polls.  The bare drawing of the same pages by mutool stands
beside it.  Functions need perf, and programs with frame pointers (cmake -DCMAKE_C_FLAGS="-O2 -g
-fno-omit-frame-pointer"; SLIDEMILL_BUILD says where they are).  Nothing is asserted.
"""

import argparse
import collections
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from service import CORPUS, Double, Service, wait_until  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
LECTURES = CORPUS / "lectures"
SOURCES = [("survey-handout.pdf", 66), ("survey-overlays.pdf", 152), ("shell-150-pages.pdf", 150)]


def lecture(folder, pages):
    """So many pages, of which no two need be alike until all are used up."""
    parts, left = [], pages
    while left > 0:
        for name, count in SOURCES:
            if left > 0:
                parts += [LECTURES / name, f"1-{min(left, count)}"]
                left -= min(left, count)
    subprocess.run(["mutool", "merge", "-o", folder / f"{pages}.pdf", *parts], check=True, stderr=subprocess.DEVNULL)
    return folder / f"{pages}.pdf"


def seconds_of(pids):
    """CPU seconds by program, with the children each has reaped."""
    used = collections.Counter()
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            name = pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name.replace("slidemill-", "")
        except OSError:
            continue
        used[name] += sum(map(int, fields[11:15])) / TICK
    return used


def drawn(deck, pages):
    """CPU ms a page of mutool at our size."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["mutool", "draw", "-q", "-w", "1365", "-h", "768", "-o", f"{folder}/%d.ppm", deck], check=True,
                       stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / pages


def tops(data, pids, program, count):
    """The functions of a program, with all its threads, in which most samples fell, as lines; jails come and go."""
    whose = ["--pid", ",".join(map(str, pids))] if pids else ["--comm", f"slidemill-{program}"[:15]]
    told = subprocess.run(["perf", "report", "-i", data, "--no-children", "-g", "none", "--percentage", "relative",
                           "--sort", "comm,dso,symbol", "--stdio", *whose], capture_output=True, text=True).stdout
    return [line.strip() for line in told.splitlines() if line.strip() and not line.startswith("#")][:count]


def profile(pages, latency, offline, count):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="profile-"))
    model = None if offline else Double("model.py", "--latency", latency)
    env = {} if offline else {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": model.url}
    service, perf, data = Service(folder, LOG_LEVEL="info", **env), None, folder / "perf.data"
    try:
        deck = lecture(folder, pages)
        base = drawn(deck, pages)
        service.start()
        if count and shutil.which("perf"):
            perf = subprocess.Popen(["perf", "record", "-q", "-g", "-F", "2000", "-o", data, "-p",
                                     ",".join(map(str, service.pids()))], stderr=subprocess.DEVNULL)
            time.sleep(1)
        before, begun = seconds_of(service.pids()), time.monotonic()
        assert service.upload("lecture", deck).status_code == 202
        wait_until("the end", lambda: done(service), 600)
        took = time.monotonic() - begun
        used = seconds_of(service.pids())
        used.subtract(before)
        pids = {program: service.pids(f"slidemill-{program}") for program in used}
        if perf:
            perf.send_signal(signal.SIGINT)
            perf.wait(60)
        whole = 1000 * sum(used.values()) / pages
        print(f"{pages} pages, {'offline' if offline else f'model {latency} s'}: {took:.2f} s, {whole:.2f} ms CPU a page; bare drawing "
              f"{base:.2f} ms; beside it {whole - base:.2f}")
        for program, seconds in used.most_common():
            print(f"  {program:<12} {1000 * seconds / pages:7.2f} ms a page")
            for line in tops(data, pids[program], program, count) if perf and seconds > 0 else []:
                print(f"      {line}")
    finally:
        service.close()
        if model:
            model.close()
        shutil.rmtree(folder)


def done(service):
    """Asked ten times a second: a poll costs the service some CPU, too."""
    time.sleep(0.1)
    return service.job("lecture")["status"] in ("completed", "failed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", default="60", help="more than one: 15,60,250,1000")
    parser.add_argument("--latency", type=float, default=0)
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--tops", type=int, default=12, help="functions by program; 0: without perf")
    options = parser.parse_args()
    for pages in map(int, options.pages.split(",")):
        profile(pages, options.latency, options.offline, options.tops)


if __name__ == "__main__":
    main()
