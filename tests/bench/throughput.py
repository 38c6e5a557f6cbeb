"""throughput - lectures with a model that answers after two seconds: how long they take, and what they cost

The time that nothing can beat is one answer's. What plain programs need for one lecture is measured beside it: mutool draws
the slides, then curl asks about all at once.  The double answers like a real model (tests/bench/load/answer.h), and runs on
the same cores.
"""

import functools
import json
import os
import pathlib
import subprocess
import tempfile
import time

from doubles import request
from harness import (LOAD, Cost, Measurement, Memory, cut, doubled, drawn, lectures, line, main, meanwhile, running,
                     seconds_of, told_calls, told_cost, watching)

LATENCY = 2
BUSY = 0.85  # of all cores: then they, not the tree's waiting, decide how long it takes
LANGUAGES = ("English", "German", "Spanish", "French")  # an answer in one is none in another


def ramp(model, since=0):
    """Seconds from the first call about a slide to the last one that is no second question."""
    starts = [call["at"] for call in model.get("calls") if call["what"] == "slide" and not call["again"] and call["at"] > since]
    return max(starts) - min(starts)


def plain_programs(deck, calls):
    """Seconds that mutool takes to draw the deck, and curl to have so many calls answered, all made at once."""
    with tempfile.TemporaryDirectory() as name, doubled("--latency", LATENCY, program=LOAD) as model:
        folder, begun = pathlib.Path(name), time.monotonic()
        subprocess.run(["mutool", "draw", "-q", "-w", "1365", "-h", "768", "-o", folder / "%d.png", deck], check=True, stderr=subprocess.DEVNULL)
        drawn_s = time.monotonic() - begun
        (folder / "request.json").write_text(json.dumps(request(folder)))
        (folder / "calls").write_text(f'url = "{model.url}/chat/completions"\noutput = "/dev/null"\n' * calls)
        begun = time.monotonic()
        subprocess.run(["curl", "--fail", "--parallel", "--parallel-immediate", "--parallel-max", str(calls), "--header",
                        "Content-Type: application/json", "--data-binary", f"@{folder}/request.json", "--config", folder / "calls"], check=True,
                       stderr=subprocess.DEVNULL)  # its progress, also when silent
        asked_s = time.monotonic() - begun
        assert model.get("stats")["calls"] == calls
        return drawn_s, asked_s


def told_sixty(name, took, bare, ramped, overview):
    line(name, f"{took:6.2f} s, {took / LATENCY:.2f} times one answer, {took / sum(bare):.2f} of mutool ({bare[0]:.2f} s) and then curl "
         f"({bare[1]:.2f} s); all calls under way {ramped:.2f} s after the first, the overview's {overview:+.2f} s")


def overview(model, since=0):
    """When the overview was asked, in seconds from the first call about a slide."""
    calls = [call for call in model.get("calls") if call["at"] > since]
    first = {what: min((call["at"] for call in calls if call["what"] == what), default=0) for what in ("slide", "overview")}
    return first["overview"] - first["slide"]


def sixty():
    """Cold: nothing is known of the endpoint. Warm: the next lecture, in another language."""
    with tempfile.TemporaryDirectory() as folder, doubled("--latency", LATENCY, program=LOAD) as model, running(model) as service:
        deck = cut("survey-handout.pdf", 1, 60, pathlib.Path(folder) / "60.pdf")
        cold = lectures(service, [deck], "cold")
        ramped, asked, stats = ramp(model), overview(model), model.get("stats")
        bare, since = plain_programs(deck, stats["calls"] - stats["again"]), stats["last_at"]
        told_sixty("60 slides, cold", cold, bare, ramped, asked)
        warm = lectures(service, [deck], "warm", LANGUAGES[1:2])
        told_sixty("60 slides, warm", warm, bare, ramp(model, since), overview(model, since))
        line("", told_calls(model))


def same15(folder):
    return [cut("survey-handout.pdf", 1, 15, folder / "15.pdf")] * 10, 1


def ten15(folder):
    return [cut("shell-150-pages.pdf", 15 * i + 1, 15 * i + 15, folder / f"{i}.pdf") for i in range(10)], 1


def twenty60(folder):
    places = (("survey-handout.pdf", 1), ("shell-150-pages.pdf", 1), ("shell-150-pages.pdf", 61), ("survey-overlays.pdf", 1),
              ("survey-overlays.pdf", 61))
    return [cut(source, first, first + 59, folder / f"{source}-{first}.pdf") for source, first in places], 4


def crowd(name, make, pages):
    """Many lectures at once."""
    with tempfile.TemporaryDirectory() as folder, doubled("--latency", LATENCY, program=LOAD) as model, running(model) as service:
        decks, languages = make(pathlib.Path(folder))
        floor, doubles, cost = drawn(set(decks)), seconds_of(model.process.pid), Cost(service, idle=3)
        with meanwhile(Memory(service)) as (memory,):
            took = lectures(service, decks, languages=LANGUAGES[:languages])
        cpu, doubles = cost.per_page(pages), seconds_of(model.process.pid) - doubles
        busy = (sum(cpu.values()) * pages / 1000 + doubles) / took / os.cpu_count()
        line(name, f"{took:6.2f} s, {pages / took:.0f} pages/s, {pages * floor / 1000 / os.cpu_count() / took:.2f} of what mutool draws on all cores; "
             f"at most {memory.peak:.0f} MiB PSS; {told_calls(model)}")
        line("", f"{told_cost(cpu)}; mutool draws a page in {floor:.1f} ms, the tree takes {sum(cpu.values()) / floor:.2f} of that; the double "
             f"{1000 * doubles / pages:.1f}; together {100 * busy:.0f} % of all cores"
             + (": these are the limit" if busy > BUSY else ""))


def health():
    """The probe while twenty lectures are explained, and before."""
    with tempfile.TemporaryDirectory() as folder, doubled("--latency", LATENCY, program=LOAD) as model, running(model) as service:
        decks, languages = twenty60(pathlib.Path(folder))
        with watching(service, "health") as (idle,):
            time.sleep(3)
        with watching(service, "health") as (watch,):
            lectures(service, decks, languages=LANGUAGES[:languages])
        line("health", f"while 20 x 60 slides are explained: {watch.told()}; p99 is {watch.p99() / idle.p99():.1f} times that before: {idle.told()}")


def rows():
    yield Measurement("one lecture of 60 slides", 12, "one lecture, cold and warm: beside one answer, and beside mutool and curl", sixty)
    for name, make, pages, seconds in (("10 x 15 slides", ten15, 150, 25), ("10 x the same 15 slides", same15, 150, 25),
                                       ("20 x 60 slides", twenty60, 1200, 60)):
        yield Measurement(name, seconds, "at once: time, CPU by program, memory; beside mutool",
                          functools.partial(crowd, name, make, pages))


MEASUREMENTS = [*rows(), Measurement("health", 30, "how fast it answers while 20 x 60 slides are explained, and before", health)]

if __name__ == "__main__":
    main(MEASUREMENTS)
