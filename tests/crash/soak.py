"""soak - many small jobs while something is killed every second; the figures at its end

usage: soak.py [--jobs 1000] [--minutes 10] [--seed 1]
"""

import argparse
import os
import pathlib
import random
import signal
import sys
import threading
import time

from world import CALLS, IN_FLIGHT, STAGES, World, wait_until


def resident_kb(pids):
    total = 0
    for pid in pids:
        try:
            total += int((pathlib.Path("/proc") / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024
        except OSError:  # it has just gone
            continue
    return total


class Killer(threading.Thread):
    def __init__(self, world, until):
        super().__init__(daemon=True)
        self.world, self.until, self.counts = world, until, {}

    def pick(self):
        dice = random.random()
        return "all" if dice < 0.03 else "supervisor" if dice < 0.2 else random.choice(STAGES)

    def run(self):
        while time.monotonic() < self.until:
            time.sleep(1)
            what = self.pick()
            self.counts[what] = self.counts.get(what, 0) + 1
            if what == "all":
                self.world.service.kill_all()
                self.world.service.start()
                continue
            pids = self.world.service.pids("slidemill-" + what)
            if pids:
                try:
                    os.kill(random.choice(pids), signal.SIGKILL)
                except ProcessLookupError:
                    pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with World(SLIDEMILL_VISION_IN_FLIGHT=IN_FLIGHT, latency=0.02) as world:
        begun = time.monotonic()
        before = resident_kb(world.service.pids())
        killer = Killer(world, begun + options.minutes * 60)
        killer.start()
        for n in range(options.jobs):
            world.post(f"job-{n}", f"language {n}", most=120)
            pace = begun + options.minutes * 60 * 0.8 * (n + 1) / options.jobs
            time.sleep(max(0, pace - time.monotonic()))
        killer.join()
        states = world.finish_all(most=900)
        took, after, zombies = time.monotonic() - begun, resident_kb(world.service.pids()), len(world.zombies())
        calls, least = world.calls(), options.jobs * CALLS
        allowed = (killer.counts.get("vision", 0) + killer.counts.get("all", 0)) * IN_FLIGHT
        lost = [job for job in world.acknowledged if job not in states]
        failed = [job for job, state in states.items() if state["status"] != "completed"]
        wrong = world.faults()
        left = world.leftovers()
    print(f"seed {options.seed}; {options.jobs} jobs of {CALLS} calls in {took:.0f} s; killed: {killer.counts}")
    print(f"lost {len(lost)}; failed {len(failed)}; more or less than one event: {len(wrong)}")
    print(f"calls {calls} where {least} are needed, {calls - least} more ({allowed} allowed: {IN_FLIGHT} a killed vision worker)")
    print(f"resident {before / 1024:.0f} MiB at the start, {after / 1024:.0f} MiB at the end; zombies {zombies}; left behind: {left or 'nothing'}")
    for line in wrong[:10] + failed[:10]:
        print("  ", line)
    sys.exit(bool(lost or failed or wrong or left or zombies or not 0 <= calls - least <= allowed))


if __name__ == "__main__":
    main()
