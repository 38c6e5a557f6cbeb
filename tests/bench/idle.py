"""idle - what a service costs that has nothing to do: CPU and wake-ups by program, with the offline engine and with a model"""

import collections
import os
import pathlib
import time

from harness import Measurement, doubled, line, main, running

SETTLE_S, WATCH_S = 5, 60  # the start itself is no idleness


def spent(pid):
    """CPU seconds of a process, and how often its threads gave the CPU back to wait, as the scheduler counts."""
    cpu_ns, wakes = 0, 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        cpu_ns += int((thread / "schedstat").read_text().split()[0])
        wakes += int((thread / "status").read_text().split("\nvoluntary_ctxt_switches:")[1].split()[0])
    return cpu_ns / 1e9, wakes


def tree(service):
    """{(process id, program): (CPU seconds, wake-ups)}"""
    found = {}
    for pid in service.pids():
        try:
            found[pid, pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name.replace("slidemill-", "")] = spent(pid)
        except OSError:
            continue
    return found


def watch(name, service):
    time.sleep(SETTLE_S)
    before = tree(service)
    time.sleep(WATCH_S)
    cpu, wakes = collections.Counter(), collections.Counter()
    for key, (used, woken) in tree(service).items():
        used_before, woken_before = before.get(key, (0, 0))
        cpu[key[1]] += 100 * (used - used_before) / WATCH_S
        wakes[key[1]] += (woken - woken_before) / WATCH_S
    each = ", ".join(f"{program} {cpu[program]:.3f} % {wakes[program]:.1f}/s" for program, _ in cpu.most_common())
    line(f"idle, {name}", f"{cpu.total():.3f} % of a core, {wakes.total():.1f} wake-ups a second ({each})")


def idle():
    with running() as service:
        watch("offline", service)
    with doubled() as model, running(model) as service:
        watch("with a model", service)


MEASUREMENTS = [Measurement("idle", 2 * (SETTLE_S + WATCH_S) + 5, "CPU and wake-ups of a service that has nothing to do", idle)]

if __name__ == "__main__":
    main(MEASUREMENTS)
