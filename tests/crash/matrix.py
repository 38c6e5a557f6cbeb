"""matrix - every fault of the table, one after the other: what was expected, what happened

usage: matrix.py short|full [--only TEXT] [--seed N]     TEXT: part of a name, or "matrix 17"
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import random
import sys
import time

import outside
from rows import rows
from world import CALLS, JOBS, World, needed, wait_until

EVERY, AT_ONCE = CALLS * len(JOBS), 3
FEW = 3  # more failed rows than these are no accident
ROUNDING = 1e-5  # USD: the summary tells whole millionths for each slide
RESERVED = 0.06  # USD: the most that is put aside for one call; it is spent if nobody can know whether the call was made


class Judge:
    """Compares each run with an undisturbed one."""

    def __init__(self):
        with World() as world:
            world.post_all()
            states = world.finish_all()
            assert all(state["status"] == "completed" for state in states.values()), states
            assert world.calls() == EVERY, world.calls()
            assert all(needed(world.summary(state)) == CALLS - 1 for state in states.values())
            self.contents = world.contents(states)
            assert not world.faults() and not (left := world.leftovers()), left

    def wrong(self, world, states, extra, row):
        wrong = world.faults()
        wrong += [f"{job}: {state['status']} {state['error']}" for job, state in states.items()
                  if state["status"] != row.get("status", "completed")]
        calls, least = world.calls(), EVERY + row.get("fails", 0)
        if not row.get("any_calls") and not least <= calls <= least + extra:
            wrong.append(f"{calls} calls where {least} are needed, at most {extra} more allowed")
        if not wrong and not row.get("any_calls") and row.get("money", True):
            wrong += self.money(world, states, calls, extra, row)
        if not wrong and row.get("compare", JOBS):
            wrong += [f"{job}: another {name}" for (job, name), text in world.contents(states).items()
                      if job in row.get("compare", JOBS) and text != self.contents[job, name]]
        return wrong, calls

    @staticmethod
    def money(world, states, calls, extra, row):
        """What the jobs tell of calls and cost is what the model was asked and bills; a call whose end nobody saw is paid."""
        told = [world.summary(state) for state in states.values()]
        counted, cost = sum(one["usage"]["calls"] for one in told), sum(one["cost_usd"] for one in told)
        stats, wrong = world.model.get("stats"), []
        if not calls - extra <= counted <= calls:
            wrong.append(f"{counted} calls told of {calls}")
        most = stats["cost_usd"] + RESERVED * row.get("unseen", 0) + ROUNDING
        if cost < stats["cost_usd"] - ROUNDING or (extra == 0 and cost > most):
            wrong.append(f"{cost:.6f} USD told, {stats['cost_usd']:.6f} USD billed")
        for kind in ("input_tokens", "output_tokens"):
            if extra == 0 and (tokens := sum(one["usage"][kind] for one in told)) != stats[kind]:
                wrong.append(f"{tokens} {kind} told, {stats[kind]} billed")
        return wrong


def passed(world):
    try:
        return wait_until("the fault", lambda: world.service.events("fault_injected"), 3)
    except AssertionError:
        return False


def play(judge, row):
    """Runs a row; returns (ok, what happened)."""
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        world = World(row.get("fault", ""), **row.get("env", {}))
        if "prepare" in row:
            row["prepare"](world, stack)
        stack.enter_context(world)
        if "before" in row:
            row["before"](world)
        world.post_all()
        if "during" in row:
            row["during"](world)
        states = world.finish_all(row.get("most", 90))
        wrong, calls = judge.wrong(world, states, row.get("extra", 0), row)
        if "fault" in row and not passed(world):
            wrong.append("the point was never passed")
        if "after" in row:
            wrong += row["after"](world, states) or []
        wrong += world.leftovers()
    happened = f"{calls} calls, {time.monotonic() - begun:.1f} s"
    return not wrong, "; ".join(wrong) if wrong else happened


def guarded(judge, row):
    if row.get("root") and os.geteuid() != 0:
        return "skip", "only root may mount a small disk"
    try:
        ok, happened = play(judge, row)
        return "ok" if ok else "FAIL", happened
    except Exception as error:  # a row that cannot be played is a row that failed
        return "FAIL", f"{type(error).__name__}: {error}"


def run_rows(judge, chosen, at_once):
    verdicts = []
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for row, (verdict, happened) in zip(chosen, pool.map(lambda row: guarded(judge, row), chosen)):
            verdicts.append(verdict)
            print(f"{row['matrix']:8} {row['name']:52} {row.get('extra', 0):5}  {verdict:4} {happened}", flush=True)
    return verdicts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=("short", "full"))
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    every = [*rows(options.mode), *outside.rows(options.mode == "full", options.seed)]
    chosen = [row for row in every if options.only in row["name"] or options.only == "matrix " + row["matrix"]]
    print(f"seed {options.seed}; {len(chosen)} rows; each: every accepted job ends once, one event each, artifacts as in an\n"
          f"undisturbed run, nothing left behind; calls: what is needed ({EVERY}) and at most the extra allowed\n")
    judge = Judge()
    print(f"{'matrix':8} {'fault':52} {'extra':>5}  {'':4} what happened")
    verdicts = run_rows(judge, chosen, AT_ONCE)
    failed = [row for row, verdict in zip(chosen, verdicts) if verdict == "FAIL"]
    counts = collections.Counter(verdicts)
    alone = []
    if 0 < len(failed) <= FEW:  # the rows run side by side: does it fail by itself, too?
        print("\nthe failed ones alone")
        alone = [row["name"] for row, verdict in zip(failed, run_rows(judge, failed, 1)) if verdict == "ok"]
    print(f"\n{counts['ok']} of {len(chosen)} rows as expected, {counts['FAIL']} failed, {counts['skip']} skipped"
          + "".join(f"\npassed only when run alone: {name}" for name in alone))
    sys.exit(counts["FAIL"] > len(alone))


if __name__ == "__main__":
    main()
