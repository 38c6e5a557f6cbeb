"""run - the table of tests/hostile/run: file, what should come of it, what came of it; then what the others felt

usage: tests/hostile/run [FOLDER...]
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from crowd import CORPUS, HEALTHY, LANGUAGES, Crowd, Watch, check_counts, outcome, table
from service import Service

MAKE = pathlib.Path(__file__).parent / "make.py"
ALONE = 3       # healthy lectures before the crowd comes, one after the other
JAIL_MIB = 512  # stages.rasterizer.memory_mb; the document itself, mapped, comes on top
ROOM_MIB = 256  # what supervisor and front may come to
BOUND_S = 120   # that a healthy lecture may take longer: the greedy pages, 30 s each at most, keep all rasterizers so long


def folders(given, scratch):
    if given:
        return [pathlib.Path(name) for name in given]
    subprocess.run([sys.executable, MAKE, scratch], check=True, stdout=subprocess.DEVNULL)
    return [CORPUS / "hostile", pathlib.Path(scratch)]


def alone(service):
    """Seconds that a healthy lecture takes when nobody else is there."""
    took = []
    for i in range(ALONE):
        begun = time.monotonic()
        assert service.upload(f"alone-{i}", HEALTHY, f"{LANGUAGES[i]} of the first hour").status_code == 202
        assert service.finish(f"alone-{i}")["status"] == "completed"
        took.append(time.monotonic() - begun)
    return statistics.median(took)


def print_table(crowd, rows):
    wrong = crowd.wrong()
    for path, _, expected in rows:
        job = "broken-" + path.name.removesuffix(".pdf")
        came = outcome(crowd.states[job])
        print(f"{path.name:32} {'|'.join(expected):48} {came:40} {crowd.took[job]:6.1f} s{'  WRONG' if job in wrong else ''}")



def hanging(service):
    """Programs that still use a CPU although nothing is to be done."""
    def ticks():
        return {pid: sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
                for pid in service.pids() if pathlib.Path(f"/proc/{pid}").exists()}
    before = ticks()
    time.sleep(2)
    return [pid for pid, now in ticks().items() if now - before.get(pid, now) > 100]


def main():
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as home:
        rows = [row for folder in folders(sys.argv[1:], scratch) for row in table(folder)]
        jail_most = JAIL_MIB + max(path.stat().st_size for path, _, _ in rows) / (1 << 20)
        service = Service(home).start()
        try:
            usual = alone(service)
            watch = Watch(service)
            crowd = Crowd(service, rows)
            states = crowd.watch()
            peak = watch.end()
            for state in states.values():
                check_counts(service, state)
            still = hanging(service)
            ends = service.events("supervisor_ended") + service.events("worker_ended") + service.events("worker_killed")
            code = service.stop()
        finally:
            service.close()
        print_table(crowd, rows)
    healthy = sorted(crowd.healthy().values())
    log = [len(json.dumps(line, ensure_ascii=False).encode()) for line in service.lines if line.get("proc") != "front"]
    facts = [
        ("files that ended as they should", f"{len(rows) - len(crowd.wrong())} of {len(rows)}", not crowd.wrong()),
        ("processes that died, but for jails", len(ends), not ends),
        ("jails that were killed or died", len(service.events("jail_ended")), True),
        ("processes left busy", len(still), not still),
        ("healthy lectures", f"{len(healthy)}, alone {usual:.1f} s, median {statistics.median(healthy):.1f} s, slowest "
         f"{healthy[-1]:.1f} s, bound {usual + BOUND_S:.0f} s", healthy[-1] <= usual + BOUND_S),
        ("peak of a jail", f"{peak['slidemill-jail']:.0f} MiB, bound {jail_most:.0f} MiB",
         peak["slidemill-jail"] <= jail_most),
        *((f"peak of {name}", f"{peak[name]:.0f} MiB, bound {ROOM_MIB} MiB", peak[name] <= ROOM_MIB)
          for name in ("slidemill-supervisor", "slidemill-front")),
        ("log, but for our own requests", f"{len(log)} lines, the longest {max(log)} bytes", max(log) <= 4096 and not service.events("not_json")),
        ("exit code", code, code == 0),
    ]
    print()
    for name, value, good in facts:
        print(f"{name:40} {value}{'' if good else '  WRONG'}")
    return 0 if all(good for _, _, good in facts) else 1


if __name__ == "__main__":
    sys.exit(main())
