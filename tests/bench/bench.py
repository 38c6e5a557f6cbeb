#!/usr/bin/env python3
"""bench - what a lecture costs: seconds, CPU by stage, memory of the whole tree, and whether health answers meanwhile

    tests/bench/run [--only WORD]

Prints a table and, beside it, a baseline from the same run: mutool drawing the same pages to PNG at 300 DPI and at our
size.  Machines differ and are noisy: the ratios to the baseline are what to compare between runs.  Nothing is asserted.
Calls: those about slides (pages that are steps to later ones take none), and one for each lecture's overview.
"""

import argparse
import concurrent.futures
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

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from service import BUILD, CORPUS, Double, Service, wait_until  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
LECTURES = CORPUS / "lectures"


def cut(source, first, last, target):
    subprocess.run(["mutool", "merge", "-o", target, LECTURES / source, f"{first}-{last}"], check=True,
                   stderr=subprocess.DEVNULL)
    return target


def make_decks(folder):
    """60 slides of one lecture, and ten different decks of 15."""
    return {"one15": [cut("survey-handout.pdf", 1, 15, folder / "15.pdf")],
            "one60": [cut("survey-handout.pdf", 1, 60, folder / "60.pdf")],
            "same15": [cut("survey-handout.pdf", 1, 15, folder / "same.pdf")] * 10,
            "ten15": [cut("shell-150-pages.pdf", 15 * i + 1, 15 * i + 15, folder / f"ten-{i}.pdf") for i in range(10)]}


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
    total = 0
    for pid in service.pids():
        try:
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


class Watch(threading.Thread):
    """Asks /health (or another probe) all the time; with memory, looks at the tree's now and then.

    Only where it is printed: the kernel holds a process's mmap_lock while it adds up smaps_rollup, a tenth of a second
    with an upload of 200 MB, and then it is this look that /health waits for.
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

    def p99(self):
        ordered = sorted(self.latencies)
        return 1000 * ordered[int(0.99 * (len(ordered) - 1))] if ordered else 0


def measure(name, decks, latency, pages):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    model = Double("model.py", "--latency", latency)
    service = Service(folder, OPENAI_API_KEY="sk-bench", OPENAI_BASE_URL=model.url, LOG_LEVEL="info")
    try:
        service.start()
        before, watch = cpu_of(service), Watch(service, memory=True)
        watch.start()
        begun = time.monotonic()
        for i, deck in enumerate(decks):
            assert service.upload(f"bench-{i}", deck).status_code == 202
        for i in range(len(decks)):
            wait_until("the end", lambda i=i: service.events("job_completed", jobId=f"bench-{i}") or
                       service.events("job_failed", jobId=f"bench-{i}"), 600)
        took = time.monotonic() - begun
        watch.done = True
        watch.join()
        after = cpu_of(service)
        assert len(service.events("job_completed")) == len(decks), service.events("job_failed")
        cpu = {stage: 1000 * (after[stage] - before.get(stage, 0)) / pages for stage in sorted(after)}
        stats = model.get("stats")
        print(f"{name:<28} {took:7.2f} s  {sum(cpu.values()):6.1f} ms CPU/page  {watch.peak:6.1f} MiB PSS  "
              f"health p99 {watch.p99():5.1f} ms  calls {stats['calls']} + {stats['overviews']}", flush=True)
        print(" " * 30 + ", ".join(f"{stage} {ms:.1f}" for stage, ms in cpu.items()), flush=True)
        return sum(cpu.values()), cpu.get("rasterizer", 0) + cpu.get("jail", 0)
    finally:
        service.stop()
        service.close()
        model.close()
        shutil.rmtree(folder)


def baseline(deck, slides):
    """CPU ms a page of mutool, at 300 DPI and at our size (short side 768)."""
    results = []
    for options in (["-r", "300"], ["-w", "1365", "-h", "768"]):
        with tempfile.TemporaryDirectory() as folder:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(["mutool", "draw", "-q", *options, "-o", f"{folder}/%d.png", deck], check=True,
                           stderr=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        results.append(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / slides)
    print(f"{'baseline: mutool to PNG':<28} 300 DPI {results[0]:.1f} ms CPU/page, our size {results[1]:.1f} ms CPU/page")
    return results


def fairness(folder, latency):
    """Three pages behind ten times 300: their time as a multiple of their time alone; the probes meanwhile."""
    small, big = cut("uebersetzer-de.pdf", 2, 4, folder / "small.pdf"), folder / "big.pdf"
    subprocess.run(["mutool", "merge", "-o", big, LECTURES / "survey-overlays.pdf", "1-150", LECTURES / "shell-150-pages.pdf",
                    "1-150"], check=True, stderr=subprocess.DEVNULL)
    home = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    model = Double("model.py", "--latency", latency) if latency else None
    service = Service(home, **({"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": model.url} if model else {}))

    def seconds(job):
        begun = time.monotonic()
        assert service.upload(job, small, job).status_code == 202  # a language of its own: no answer is there yet
        assert service.finish(job)["status"] == "completed"
        return time.monotonic() - begun

    try:
        service.start()
        seconds("Warm")
        alone = sorted(seconds(f"Alone{i}") for i in "abc")[1]
        for i in range(10):
            assert service.upload(f"long-{i}", big, f"Long{i}").status_code == 202
        wait_until("all at work", lambda: service.job("long-9")["slides"]["done"] > 0)
        watches = [Watch(service, what) for what in ("livez", "readyz", "health")]
        for watch in watches:
            watch.start()
        behind = [seconds(f"Behind{i}") for i in "abc"]
        wait_until("documents written", lambda: service.job("long-0")["status"] not in ("working", "inspecting"), 300)
        behind.append(seconds("BehindDocuments"))
        for watch in watches:
            watch.done = True
            watch.join()
        print(f"{'3 pages behind 10 x 300':<28} {'model ' + str(latency) + ' s' if latency else 'offline'}: alone {alone:.2f} s, "
              f"behind {', '.join(f'{took / alone:.1f}' for took in behind)} times that; p99 "
              + ", ".join(f"{watch.what} {watch.p99():.1f} ms" for watch in watches), flush=True)
    finally:
        service.close()
        if model:
            model.close()
        shutil.rmtree(home)


def intake():
    """Durable 202s a second with 64 connections, all for different jobs."""
    script = pathlib.Path(__file__).with_name("intake.lua")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    service = Service(folder, SLIDEMILL_LIMIT_JOBS_OPEN="1000000")
    try:
        service.start()
        answer = subprocess.run(["wrk", "-t1", "-c64", "-d5s", "--latency", "-s", script, service.url + "/process"],
                                capture_output=True, text=True, check=True)
        told = [line.strip() for line in answer.stdout.splitlines()
                if any(word in line for word in ("Requests/sec", "99%", "50%", "Non-2xx"))]
        print(f"{'intake, 64 connections':<28} " + ", ".join(told))
    finally:
        service.stop()
        service.close()
        shutil.rmtree(folder)


UPLOADS, UPLOAD_BYTES = 8, 200 << 20


def watched(service, seconds, what="health"):
    watch = Watch(service, what)
    watch.start()
    time.sleep(seconds)
    watch.done = True
    watch.join()
    return watch


def told(watch):
    ordered = sorted(watch.latencies)
    return (f"{watch.what} {len(ordered)} answers, p50 {1000 * ordered[len(ordered) // 2]:.1f}, p99 {watch.p99():.1f}, "
            f"longest {1000 * ordered[-1]:.1f} ms")


def slow_disk(where):
    """Eight uploads of 200 MB at once, and a lecture beside them, on a disk whose syncs take a second: of the blobs, or of all files."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    deck = (LECTURES / "t-diagram-mixed-sizes.pdf").read_bytes()
    for n in range(UPLOADS):
        tail = deck[deck.rindex(b"startxref"):]
        (folder / f"{n}.pdf").write_bytes(deck + b"\n%" + f"{n:8}".encode() * ((UPLOAD_BYTES - 2 * len(deck)) // 8) + b"\n" + tail)
    log = folder / "syncs"
    service = Service(folder, LD_PRELOAD=BUILD / "libpreload.so", SYNC_MS=1000, SYNC_PATH=where, SYNC_LOG=log,
                      SLIDEMILL_LIMIT_PDF_BYTES=1 << 30)
    try:
        service.start()
        objects = folder / "state" / "objects" / "uploads"
        objects.mkdir(parents=True)
        (objects / "beside.pdf").write_bytes(deck)
        idle = watched(service, 5)
        before, watches = log.stat().st_size if log.exists() else 0, [Watch(service, what) for what in ("health", "readyz")]
        for watch in watches:
            watch.start()
        begun = time.monotonic()
        curls = [subprocess.Popen(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{time_total}", "-F", f"jobId=large-{n}", "-F",
                                   "email=", "-F", "language=English", "-F", f"file=@{folder}/{n}.pdf", service.url + "/process"],
                                  stdout=subprocess.PIPE, text=True) for n in range(UPLOADS)]
        assert service.process_key("beside", "uploads/beside.pdf").status_code == 202
        wait_until("the lecture beside them", lambda: service.events("job_completed", jobId="beside"), 300)
        beside = time.monotonic() - begun
        answers = [curl.communicate()[0].split() for curl in curls]
        for watch in watches:
            watch.done = True
            watch.join()
        codes = sorted({code for code, _ in answers})
        print(f"{'slow-disk, ' + where:<28} {UPLOADS} uploads of 200 MB: {', '.join(codes)} after "
              f"{', '.join(f'{float(took):.1f}' for _, took in answers)} s, {log.stat().st_size - before} syncs; a lecture beside them "
              f"{beside:.1f} s; {'; '.join(map(told, watches))}; before them {told(idle)}", flush=True)
    finally:
        service.close()
        shutil.rmtree(folder)


def recovery(jobs=10000, crashes=5):
    """From kill -9 of the supervisor to the next 202, with so many open jobs whose slides wait for a model that hangs."""
    folder, model = pathlib.Path(tempfile.mkdtemp(prefix="bench-")), Double("model.py", "--latency", "600")
    service = Service(folder, OPENAI_API_KEY="sk-bench", OPENAI_BASE_URL=model.url, SLIDEMILL_LIMIT_JOBS_OPEN=2 * jobs,
                      SLIDEMILL_VISION_TIMEOUT_S=3600, SLIDEMILL_VISION_DEADLINE_S=7200)
    try:
        service.start()
        (folder / "state" / "objects" / "uploads").mkdir(parents=True)
        shutil.copy(LECTURES / "t-diagram-mixed-sizes.pdf", folder / "state" / "objects" / "uploads" / "deck.pdf")
        with concurrent.futures.ThreadPoolExecutor(16) as crowd:
            list(crowd.map(lambda n: service.process_key(f"job-{n}", "uploads/deck.pdf"), range(jobs)))
        wait_until("calls", lambda: model.get("stats")["calls"] > 0)
        told = []
        for n in range(crashes):
            time.sleep(2)
            for pid in service.pids("slidemill-supervisor"):
                os.kill(pid, signal.SIGKILL)
            begun = time.monotonic()
            wait_until("202", lambda: accepts(service, f"after-{n}"))
            told.append(f"{time.monotonic() - begun:.2f}")
        print(f"{f'{jobs} open jobs':<28} kill -9 of the supervisor to the next 202: {', '.join(told)} s; "
              f"{sum(slide['calls'] - 1 for slide in model.get('stats')['slides'].values())} calls repeated")
    finally:
        service.close()
        model.close()
        shutil.rmtree(folder)


def accepts(service, job):
    try:
        return service.process_key(job, "uploads/deck.pdf").status_code == 202
    except requests.RequestException:
        return False


CAGED = ("howtosurvey-ja.pdf", "gp-bayes-beamer.pdf", "survey-handout.pdf")


def cage(rounds=5):
    """CPU per page with and without: the jail, and the other programs' cages (sandbox.level), round by round in turn."""
    for name in CAGED:
        told = subprocess.run([BUILD / "tests" / "bench_sandbox", LECTURES / name], capture_output=True, text=True, check=True)
        print(f"{'jail, ' + name:<28} {told.stdout.strip()}", flush=True)
    for name in CAGED:
        used = {"off": [], "require": []}
        for _ in range(rounds):
            for level, told in used.items():
                told.append(caged(LECTURES / name, level))
        off, on = (sorted(used[level])[rounds // 2] for level in ("off", "require"))
        print(f"{'sandbox.level, ' + name:<28} off {off:.2f} ms CPU/page, require {on:.2f}, ratio {on / off:.3f}", flush=True)


def caged(lecture, level):
    """CPU ms a page of the whole tree, for one lecture without a model."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    service = Service(folder, SLIDEMILL_SANDBOX_LEVEL=level)
    try:
        service.start()
        before = sum(cpu_of(service).values())
        assert service.upload("lecture", lecture).status_code == 202
        wait_until("the end", lambda: service.events("job_completed"), 120)
        used = sum(cpu_of(service).values()) - before
        return 1000 * used / service.events("job_completed")[0]["slides"]
    finally:
        service.stop()
        service.close()
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="run only the measurements whose name holds this")
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory(prefix="bench-decks-") as folder:
        decks = make_decks(pathlib.Path(folder))
        base = baseline(decks["one60"][0], 60)
        for name, key, pages in (("1 job x 15 pages", "one15", 15), ("1 job x 60 pages", "one60", 60),
                                  ("10 jobs x 15 pages", "ten15", 150),
                                  ("10 jobs x the same 15", "same15", 150)):
            for latency in (0, 2):
                title = f"{name}, model {latency} s"
                if only in title:
                    whole, drawn = measure(title, decks[key], latency, pages)
                    if key == "one60":
                        print(" " * 30 + f"to the baseline: whole tree {whole / base[0]:.2f} of 300 DPI, "
                              f"rasterizer {drawn / base[1]:.2f} of our size")
        for latency in (0.2, 0):
            if only in "3 pages behind 10 x 300":
                fairness(pathlib.Path(folder), latency)
    if only in "cage":
        cage()
    if only in "intake":
        intake()
    for where in ("/blobs/", "/state/"):
        if only in "slow-disk":
            slow_disk(where)
    if only in "recovery":
        recovery()


if __name__ == "__main__":
    main()
