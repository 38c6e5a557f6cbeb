#!/usr/bin/env python3
"""vision - how good a client of the model API we are: scenario by scenario, calls against needed calls, time against ideal time

    tests/bench/vision [--list] [--slides N] [SCENARIO ...]       all but the long ones if none is named

A scenario is a file of tests/doubles/scenarios.  Real lectures go through `slidemill serve` with its defaults, as an operator
has it; only the model is a stand-in.  Each line says

    how the jobs ended, and their slides by outcome
    calls made / needed    needed: different slides and languages asked about, and overviews
    seconds / ideal        from the first upload to the end of the last job.  Ideal: what was needed at the rate that the
                           account allows, or its calls at once; without a limit, what the calm scenario took,
                           and as long as nothing gets through
    429 later              share of the calls answered 429 after the warm-up: two windows of the limit

Under a limit on requests a line is PASS if >= 95 % of the ideal is reached and < 2 % of the later calls were answered 429.
Anything short makes the exit status 1.
"""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "system"))
from service import CORPUS, LECTURES, Double, Service, wait_until  # noqa: E402

SCENARIOS = TESTS / "doubles" / "scenarios"
LONG = {"rpm-minute": 1200, "rpm-minute-silent": 1200}  # whole minutes; slides they need to tell anything
DECKS = ("survey-handout.pdf", "python-it.pdf", "ensambles-es.pdf", "beamer-zh.pdf", "shell-150-pages.pdf")
LANGUAGES = ("Spanish", "German", "French", "Italian", "Portuguese", "Polish")
# What an operator would set against such a model.
SETTINGS = {"hangs": {"SLIDEMILL_VISION_TIMEOUT_S": 5}, "trickle": {"SLIDEMILL_VISION_TIMEOUT_S": 30}}
REACHED, REFUSED = 0.95, 0.02


def work(slides):
    """(deck, language) until there are so many different slides."""
    for language in LANGUAGES:
        for deck in DECKS:
            if slides <= 0:
                return
            pages, build_ups = LECTURES[deck]
            slides -= pages - build_ups
            yield deck, language


def ended(service, job):
    return next((line for name in ("job_completed", "job_failed") for line in service.events(name, jobId=job)), None)


def play(name, slides):
    """One scenario from an empty state folder. Returns what was seen."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-vision-"))
    model = Double("model.py", "--scenario", SCENARIOS / f"{name}.json")
    service = Service(folder, OPENAI_API_KEY="sk-bench", OPENAI_BASE_URL=model.url, **SETTINGS.get(name, {}))
    try:
        service.start()
        begun, jobs = time.monotonic(), []
        for i, (deck, language) in enumerate(work(slides)):
            jobs.append(f"{name}-{i}")
            assert service.upload(jobs[-1], CORPUS / "lectures" / deck, language).status_code == 202
        for job in jobs:
            wait_until(f"{name}: the end of {job}", lambda job=job: ended(service, job), 900)
        took = time.monotonic() - begun
        states = [service.job(job) for job in jobs]
        service.stop()
        return {"took": took, "states": states, "stats": model.get("stats"), "calls": model.get("calls"),
                "errors": [line for line in service.lines if line.get("level") == "error"]}
    finally:
        service.close()
        model.close()
        shutil.rmtree(folder)


def ideal(scenario, stats, calm):
    """Seconds a perfect client needs for what was needed."""
    bounds = [calm + max((rule.get("for_s", 0) for rule in scenario.get("rules", [])), default=0)]
    if scenario.get("rpm"):
        bounds.append(stats["needed"] / (scenario["rpm"] / 60))
    if scenario.get("tpm") and stats["by_status"].get("200"):
        each = stats["taken_tokens"] / (stats["by_status"]["200"] + stats["abandoned"])
        bounds.append(stats["needed"] * each / (scenario["tpm"] / 60))
    atonce = scenario.get("concurrency") or scenario.get("slots")
    if atonce:
        bounds.append(stats["needed"] * scenario["latency"] / atonce)
    return max(bounds)


def limited_later(calls, warm):
    later = [call for call in calls if call["at"] >= warm]
    return len([call for call in later if call["status"] == 429]) / len(later) if later else 0.0


def outcomes(states):
    total = {}
    for state in states:
        for outcome, count in state["slides"].items():
            if isinstance(count, int) and outcome not in ("total", "done"):
                total[outcome] = total.get(outcome, 0) + count
    return " ".join(f"{outcome} {count}" for outcome, count in total.items() if count)


def line(name, scenario, seen, calm):
    """Prints a scenario's line. Returns whether it is good."""
    stats, best = seen["stats"], ideal(scenario, seen["stats"], calm)
    made, needed = stats["calls"] + stats["overviews"], stats["needed"]
    later = limited_later(seen["calls"], 2 * scenario["window"] if scenario.get("window") else 0)
    reached = best / seen["took"]
    codes = sorted({(state.get("error") or {}).get("code") or state["status"] for state in seen["states"]})
    verdict = ""
    if scenario.get("rpm"):
        verdict = "PASS" if reached >= REACHED and later < REFUSED else "short"
    print(f"{name:<20} {', '.join(codes):<14} {made:>5} / {needed:<4} = {made / max(needed, 1):5.2f}   {seen['took']:6.1f} / "
          f"{best:5.1f} s = {100 * reached:3.0f} %   429 later {100 * later:4.1f} %  {verdict:<5}  {outcomes(seen['states'])}",
          flush=True)
    if stats["by_status"].get("400") or seen["errors"]:
        print(f"{'':<20} not as it should be: {stats['problems'][-1:]} {seen['errors'][:1]}", flush=True)
    return verdict != "short"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--slides", type=int, default=0, help="least slides of a scenario; else 240 under a rate, 100 without")
    parser.add_argument("--list", action="store_true", help="say what there is")
    options = parser.parse_args()
    known = {path.stem: json.loads(path.read_text()) for path in sorted(SCENARIOS.glob("*.json"))}
    if options.list:
        print("\n".join(f"{name:<20} {scenario['about']}" for name, scenario in known.items()))
        return 0
    chosen = options.scenarios or [name for name in known if name not in LONG]
    if set(chosen) - set(known):
        parser.error(f"no such scenario: {', '.join(set(chosen) - set(known))}")
    good, calm = True, {}
    for name in chosen:
        rated = known[name].get("rpm") or known[name].get("tpm")
        slides = options.slides or LONG.get(name, 240 if rated else 100)
        if not rated and slides not in calm:
            seen = play("calm", slides)
            calm[slides] = seen["took"]
            good &= line("calm", known["calm"], seen, seen["took"])
        if name != "calm":
            good &= line(name, known[name], play(name, slides), 0 if rated else calm[slides])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
