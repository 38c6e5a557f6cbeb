"""What a service costs that has nothing to do: CPU and wake-ups by process, without a model and with one.

.venv/bin/python tests/bench/idle.py [--seconds 60]
"""

import argparse
import collections
import json
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from service import Double, Service, meant  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SETTLE_S = 5  # the start itself is no idleness


def spent(pid):
    """CPU seconds of a process and its threads' wake-ups (times that they gave the CPU back to wait), by the scheduler's count."""
    cpu_ns, wakes = 0, 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        cpu_ns += int((thread / "schedstat").read_text().split()[0])
        status = (thread / "status").read_text()
        wakes += int(status.split("voluntary_ctxt_switches:")[1].split()[0])
    return cpu_ns / 1e9, wakes


def tree(service):
    """{pid: (program, CPU seconds, wake-ups)}"""
    found = {}
    for pid in service.pids():
        try:
            found[pid] = (pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name, *spent(pid))
        except OSError:
            continue
    return found


def measure_one(seconds, **env):
    with tempfile.TemporaryDirectory() as folder:
        service = Service(folder, **env).start()
        try:
            time.sleep(SETTLE_S)
            before = tree(service)
            time.sleep(seconds)
            after = tree(service)
        finally:
            service.close()
    cpu, wakes = collections.Counter(), collections.Counter()
    for pid, (program, used, woken) in after.items():
        _, used_before, woken_before = before.get(pid, (program, 0, 0))
        cpu[program] += used - used_before
        wakes[program] += woken - woken_before
    rows = {program: {"cpu_percent": round(100 * cpu[program] / seconds, 3), "wakes_per_s": round(wakes[program] / seconds, 2)} for program in sorted(cpu)}
    return {"processes": rows, "cpu_percent": round(100 * cpu.total() / seconds, 3), "wakes_per_s": round(wakes.total() / seconds, 2)}


def measure(seconds=60):
    model = Double("model.py")
    try:
        return {"offline": measure_one(seconds),
                "with a model": measure_one(seconds, **meant({"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-idle"}))}
    finally:
        model.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    print(json.dumps(measure(**vars(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
