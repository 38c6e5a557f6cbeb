"""harness - what the measurements share: decks, a service with its stand-in, CPU and memory of the tree, baselines

A measurement is a function without arguments that prints its lines, each with a ratio to a baseline of the same run.  A file
lists its own as MEASUREMENTS, bench.py runs those of all files, and `python tests/bench/FILE.py [WORD]` those of one.
"""

import contextlib
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import typing

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from service import BUILD, CORPUS, Double, Service, wait_until  # noqa: E402, F401

TICK = os.sysconf("SC_CLK_TCK")
LECTURES = CORPUS / "lectures"


class Measurement(typing.NamedTuple):
    name: str
    seconds: int  # about how long it takes on two cores
    about: str
    run: typing.Callable[[], None]


def play(measurements, only=""):
    for each in measurements:
        if only in each.name:
            each.run()


def main(measurements):
    play(measurements, *sys.argv[1:2])


def line(name, text):
    print(f"{name:<28} {text}", flush=True)


# ---- decks

def cut(source, first, last, target):
    """Those pages of a lecture of the corpus as a file of their own."""
    subprocess.run(["mutool", "merge", "-o", target, LECTURES / source, f"{first}-{last}"], check=True,
                   stderr=subprocess.DEVNULL)
    return target


def make_decks(folder):
    """One and ten lectures of 15 slides, and one of 60."""
    return {"one15": [cut("survey-handout.pdf", 1, 15, folder / "15.pdf")],
            "one60": [cut("survey-handout.pdf", 1, 60, folder / "60.pdf")],
            "same15": [cut("survey-handout.pdf", 1, 15, folder / "same.pdf")] * 10,
            "ten15": [cut("shell-150-pages.pdf", 15 * i + 1, 15 * i + 15, folder / f"ten-{i}.pdf") for i in range(10)]}


# ---- a service

@contextlib.contextmanager
def running(model=None, **env):
    """A service in a new folder that asks this double; None: the offline engine."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    asked = {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": model.url} if model else {}
    service = Service(folder, **{**asked, **env})
    try:
        yield service.start()
        service.stop()
    finally:
        service.close()
        shutil.rmtree(folder)


@contextlib.contextmanager
def doubled(*options, program="model.py"):
    model = Double(program, *options)
    try:
        yield model
    finally:
        model.close()


def finished(service, jobs, most=600):
    """Waits for the end of these jobs, all of which must be completed. Reads each line of the log once."""
    left, at = set(jobs), 0

    def over():
        nonlocal at
        lines = service.lines[at:]
        at += len(lines)
        for each in lines:
            assert each.get("event") != "job_failed" or each["jobId"] not in left, each
            if each.get("event") == "job_completed":
                left.discard(each["jobId"])
        return not left
    wait_until(f"the end of {len(left)} jobs", over, most)


def lectures(service, decks, prefix="bench", language="English"):
    """Uploads these lectures and waits for all. Returns seconds from the first upload to the last end."""
    begun, jobs = time.monotonic(), [f"{prefix}-{i}" for i in range(len(decks))]
    for job, deck in zip(jobs, decks):
        assert service.upload(job, deck, language).status_code == 202
    finished(service, jobs)
    return time.monotonic() - begun


# ---- what it costs

def cpu_of(service):
    """CPU seconds by program, with the children each has reaped (the rasterizer's jails)."""
    used = {}
    for pid in service.pids():
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            name = pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name.replace("slidemill-", "")
        except OSError:
            continue
        used[name] = used.get(name, 0) + sum(map(int, fields[11:15])) / TICK
    return used


def pss_of(service):
    """MiB of the whole tree, shared pages by share."""
    total = 0
    for pid in service.pids():
        try:
            for entry in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if entry.startswith("Pss:"):
                    total += int(entry.split()[1])
        except OSError:
            continue
    return total / 1024


class Watch(threading.Thread):
    """Asks /health (or another probe) all the time; with memory, looks at the tree's now and then.

    Only where it is printed: the kernel holds a process's mmap_lock while it adds up smaps_rollup, a tenth of a second
    with an upload of 200 MB, and then it is this look that /health waits for.  Its questions cost front and supervisor CPU,
    so that CPU is measured without it.
    """

    def __init__(self, service, what="health", memory=False):
        super().__init__(daemon=True)
        self.what, self.memory = what, memory
        self.service, self.latencies, self.peak, self.done = service, [], 0, False

    def run(self):
        session, looked = requests.Session(), 0
        while not self.done:
            begun = time.monotonic()
            session.get(f"{self.service.url}/{self.what}", timeout=30)
            self.latencies.append(time.monotonic() - begun)
            if self.memory and begun - looked > 0.2:
                looked = begun
                self.peak = max(self.peak, pss_of(self.service))
            time.sleep(0.02)

    def end(self):
        self.done = True
        self.join()

    def p99(self):
        ordered = sorted(self.latencies)
        return 1000 * ordered[int(0.99 * (len(ordered) - 1))] if ordered else 0

    def told(self):
        ordered = sorted(self.latencies)
        return (f"{self.what} {len(ordered)} answers, p50 {1000 * ordered[len(ordered) // 2]:.1f}, p99 {self.p99():.1f}, "
                f"longest {1000 * ordered[-1]:.1f} ms")


@contextlib.contextmanager
def watching(service, *probes, memory=False):
    """Watches these probes meanwhile."""
    watches = [Watch(service, what, memory) for what in probes]
    for watch in watches:
        watch.start()
    try:
        yield watches
    finally:
        for watch in watches:
            watch.end()


def baseline(deck, slides):
    """CPU ms a page of mutool drawing to PNG, at 300 DPI and at our size (short side 768)."""
    results = []
    for options in (["-r", "300"], ["-w", "1365", "-h", "768"]):
        with tempfile.TemporaryDirectory() as folder:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(["mutool", "draw", "-q", *options, "-o", f"{folder}/%d.png", deck], check=True,
                           stderr=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        results.append(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / slides)
    return results
