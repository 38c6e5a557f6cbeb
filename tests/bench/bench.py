#!/usr/bin/env python3
"""bench - what a lecture costs, what slows it, what a crash costs, each beside a baseline of the same run

    tests/bench/run [--list] [--only WORD]

Machines differ and are noisy: the ratios to the baselines are what to compare between runs.  Nothing is asserted.
"""

import argparse
import importlib

from harness import play

FILES = ("doubles", "throughput", "limits", "doubts", "memory", "in_flight", "scale", "programs", "neighbours", "fairness", "restart", "idle", "intake",
         "slow_disk", "recovery", "sandbox")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="run only the measurements whose name holds this")
    parser.add_argument("--list", action="store_true", help="say what there is, and about how many seconds each takes")
    options = parser.parse_args()
    measurements = [each for file in FILES for each in importlib.import_module(file).MEASUREMENTS]
    if options.list:
        print("\n".join(f"{each.name:<32} {each.seconds:4} s  {each.about}" for each in measurements))
    else:
        play(measurements, options.only)


if __name__ == "__main__":
    main()
