"""harness - what the measurements share: decks, a service with its stand-in, CPU and memory of the tree, baselines

A measurement is a function without arguments that prints its lines, each with a ratio to a baseline of the same run.  A file
lists its own as MEASUREMENTS, bench.py runs those of all files, and `python tests/bench/FILE.py [WORD]` those of one.
"""

import contextlib
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import typing

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from service import BUILD, CORPUS, Double, Service, wait_until  # noqa: E402, F401

TICK = os.sysconf("SC_CLK_TCK")
LECTURES = CORPUS / "lectures"
LOAD = BUILD / "tests" / "load_model"  # the model double for load (tests/bench/load)


class Measurement(typing.NamedTuple):
    name: str
    seconds: int  # about how long it takes on two cores
    about: str
    run: typing.Callable[[], None]


SLACK, LEAST_S = 4, 60  # a measurement is ended after so many times the seconds it says, and no earlier than this
TOLD = []  # what line() has printed


class OverTime(BaseException):
    """A measurement took too long. No Exception: code that expects errors of a request must not take it for one."""


def end_late(*_):
    raise OverTime


def within_bound(each):
    """Runs a measurement and says whether it came to its end; its service and stand-ins are stopped if not."""
    bound = max(LEAST_S, SLACK * each.seconds)
    signal.signal(signal.SIGALRM, end_late)
    signal.alarm(bound)
    try:
        each.run()
        return True
    except OverTime:
        line(each.name, f"NOT MEASURED: ended after {bound} s")
    except Exception as error:  # whatever it is, the others are still measured
        traceback.print_exc()
        line(each.name, f"NOT MEASURED: {type(error).__name__}: {error}"[:200])
    finally:
        signal.alarm(0)
    return False


def load_of_others():
    """Others on the same cores make all times longer: whoever reads them should know."""
    one, five, _ = os.getloadavg()
    return f"{os.cpu_count()} cores, load {one:.1f} (five minutes: {five:.1f})"


def play(measurements, only=""):
    """Runs those whose name holds this word, and returns the names of those that did not come to their end."""
    line("machine before", load_of_others())
    fell_short = [each.name for each in measurements if only in each.name and not within_bound(each)]
    line("machine after", load_of_others())
    return fell_short


def main(measurements):
    sys.exit(1 if play(measurements, *sys.argv[1:2]) else 0)


def line(name, text):
    TOLD.append((name, text))
    print(f"{name:<28} {text}", flush=True)


def table():
    """All lines again, together: what the programs and the tracebacks between them said is left out."""
    print("\n" + "=" * 100)
    for name, text in TOLD:
        print(f"{name:<28} {text}")


# ---- decks

def cut(source, first, last, target):
    """Those pages of a lecture of the corpus as a file of their own."""
    subprocess.run(["mutool", "merge", "-o", target, LECTURES / source, f"{first}-{last}"], check=True,
                   stderr=subprocess.DEVNULL)
    return target


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


def lectures(service, decks, prefix="bench", languages=("English",)):
    """Uploads each deck in each language and waits for all. Returns seconds from the first upload to the last end."""
    begun, jobs = time.monotonic(), {f"{prefix}-{language}-{i}": (deck, language) for language in languages for i, deck in enumerate(decks)}
    for job, (deck, language) in jobs.items():
        assert service.upload(job, deck, language).status_code == 202
    finished(service, jobs)
    return time.monotonic() - begun


def told_calls(model):
    """What the double for load was asked."""
    stats = model.get("stats")
    return (f"calls {stats['calls']} + {stats['overviews']}, {stats['most_at_once']} at once, second questions {stats['again']} "
            f"({100 * stats['again_tokens'] / max(1, stats['input_tokens']):.0f} % of prompt tokens)")


# ---- what it costs

def seconds_of(pid):
    """CPU seconds of a process, with the children it has reaped."""
    return sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15])) / TICK


def cpu_of(service):
    """CPU seconds by program, with the children each has reaped (the rasterizer's jails)."""
    used = {}
    for pid in service.pids():
        try:
            name = pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name.replace("slidemill-", "")
            used[name] = used.get(name, 0) + seconds_of(pid)
        except OSError:
            continue
    return used


def pss_of(service, program=None):
    """MiB of the whole tree or of one program, shared pages by share."""
    total = 0
    for pid in service.pids(program):
        try:
            for entry in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if entry.startswith("Pss:"):
                    total += int(entry.split()[1])
        except OSError:
            continue
    return total / 1024


class Memory(threading.Thread):
    """Looks at the memory of the tree, or of one program, now and then; peak: the most it saw, in MiB PSS.

    The kernel holds a process's mmap_lock while it adds up smaps_rollup, a tenth of a second with an upload of 200 MB, so that
    this look is what /health may wait for: Watch is for another run.
    """

    def __init__(self, service, program=None):
        super().__init__(daemon=True)
        self.service, self.program, self.peak, self.done = service, program, 0, threading.Event()

    def run(self):
        while not self.done.wait(0.25):
            self.peak = max(self.peak, pss_of(self.service, self.program))

    def end(self):
        self.done.set()
        self.join()


class Watch(threading.Thread):
    """Asks /health (or another probe) all the time. This costs front and supervisor CPU: Cost is for another run."""

    def __init__(self, service, what="health"):
        super().__init__(daemon=True)
        self.what, self.service, self.latencies, self.done = what, service, [], False

    def run(self):
        session = requests.Session()
        while not self.done:
            begun = time.monotonic()
            session.get(f"{self.service.url}/{self.what}", timeout=30)
            self.latencies.append(time.monotonic() - begun)
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
def meanwhile(*watches):
    """These watch as long as the body runs."""
    for watch in watches:
        watch.start()
    try:
        yield watches
    finally:
        for watch in watches:
            watch.end()


def watching(service, *probes):
    return meanwhile(*(Watch(service, what) for what in probes))


class Cost:
    """CPU of the tree since now, ms a page by program; what it takes while idle is measured first, and subtracted."""

    def __init__(self, service, idle=0):
        before = cpu_of(service)
        time.sleep(idle)
        self.service, self.start, self.begun = service, cpu_of(service), time.monotonic()
        self.idle = {name: (self.start[name] - before.get(name, 0)) / idle for name in self.start} if idle else {}

    def per_page(self, pages):
        took, used = time.monotonic() - self.begun, cpu_of(self.service)
        return {name: max(0, 1000 * (used[name] - self.start.get(name, 0) - took * self.idle.get(name, 0)) / pages) for name in sorted(used)}


def told_cost(cpu):
    return f"{sum(cpu.values()):.1f} ms CPU/page: " + ", ".join(f"{name} {ms:.1f}" for name, ms in cpu.items() if ms >= 0.05)


def drawn(decks, *options):
    """CPU ms a page of mutool, drawing these decks to PNG; in our size (short side 768) unless told otherwise."""
    pages, before = 0, resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        for deck in decks:
            subprocess.run(["mutool", "draw", "-q", *(options or ("-w", "1365", "-h", "768")), "-o", f"{folder}/%d.png", deck], check=True,
                           stderr=subprocess.DEVNULL)
            pages += len(os.listdir(folder))
            shutil.rmtree(folder)
            os.mkdir(folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / pages
