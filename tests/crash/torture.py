"""torture - the n-th allocation, write and sync of the supervisor fails, or it is killed at the n-th write and sync, n = 1, 2, ...
until a run passes untouched

usage: torture.py [--dense N] [--step F]      each n up to N, then each F times the last
"""

import argparse
import sys
import time

from matrix import Judge
from rows import UNSEEN
from world import BUILD, World


def leftovers(world):
    """If it was hit while it stopped: what is left after it has been started and stopped once more."""
    left = world.leftovers()
    if any(line.startswith("exit code") for line in left):
        world.service.start()
        left = world.leftovers()
    return left


def run(judge, kind, n):
    """(was it touched, what is wrong)"""
    world = World(LD_PRELOAD=BUILD / "libpreload.so", TORTURE=f"{kind}:{n}")
    try:
        with world:
            world.post_all()
            wrong, _ = judge.wrong(world, world.finish_all(), 0, {"unseen": UNSEEN})
            return (world.folder / "TORTURE_DONE").exists(), wrong + leftovers(world)
    except Exception as error:
        return True, [f"{type(error).__name__}: {error}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dense", type=int, default=12)
    parser.add_argument("--step", type=float, default=1.4)
    options = parser.parse_args()
    judge, failed = Judge(), 0
    for kind in ("sync", "write", "alloc", "kill-sync", "kill-write"):
        n, touched, tried, begun = 1, True, 0, time.monotonic()
        while touched:
            touched, wrong = run(judge, kind, n)
            tried += touched
            failed += bool(wrong)
            if wrong:
                print(f"{kind} {n}: {'; '.join(wrong)}", flush=True)
            n = n + 1 if n < options.dense else int(n * options.step)
        print(f"{kind:10} {tried} tried, up to number {n}: then a run passed untouched ({time.monotonic() - begun:.0f} s)",
              flush=True)
    print(f"{failed} runs went wrong")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
