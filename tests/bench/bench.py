#!/usr/bin/env python3
"""bench - what a lecture costs, what slows it, what a crash costs, each beside a baseline of the same run

    tests/bench/run [--list] [--only WORD]

Machines differ and are noisy: the ratios to the baselines are what to compare between runs.  Nothing is asserted.  A measurement
that fails, or takes several times as long as it says, is ended and told as such, and the next one begins.  A table of all that
was measured comes last.
"""

import argparse
import importlib
import sys

from harness import play, table

FILES = ("doubles", "throughput", "limits", "doubts", "in_flight", "scale", "programs", "neighbours", "fairness", "restart", "idle", "intake",
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
        fell_short = play(measurements, options.only)
        table()
        sys.exit(1 if fell_short else 0)


if __name__ == "__main__":
    main()
