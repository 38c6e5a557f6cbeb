"""limits - lectures under limits of an account that nobody told: calls refused, and the time beside the ideal one

Cold, nothing is known of the account; warm, the service was started again and remembers.  The ideal is the time of one who
knows the limit: the double's own accounting, asked in virtual time.  The warm-up lasts two windows, or ten calls for each
that fits at once; a burst is what the account takes at once after a rest.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile
import time

from harness import LECTURES, Double, Measurement, Service, lectures, line, main

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "doubles"))
from api.limits import Account  # noqa: E402
from api.shape import Refused  # noqa: E402

LATENCY, WINDOW = 0.5, 2
DECKS = [LECTURES / name for name in ("survey-handout.pdf", "python-it.pdf", "gp-bayes-beamer.pdf")]
# (name, what it takes at once after a rest, options): ten calls a second, or as many at once as that would be
KINDS = (("no limit", 0, {}),
         ("20 in any 2 s", 20, {"rpm": 600, "window": WINDOW}),
         ("20 in 2 s by the clock", 20, {"rpm": 600, "window": WINDOW, "limit_kind": "fixed"}),
         ("10 a second, a bucket of 5", 5, {"rpm": 600, "window": WINDOW, "limit_kind": "bucket", "burst": 5}),
         ("20 in any 2 s, the wait told", 20, {"rpm": 600, "window": WINDOW, "tell": "ms"}),
         ("4 million tokens a minute", 20, {"tpm": 4_000_000, "window": WINDOW}),
         ("6 at once", 6, {"concurrency": 6}))


def options_of(kind):
    return {"rpm": 0, "tpm": 0, "window": 60, "limit_kind": "sliding", "burst": 0, "concurrency": 0, "refusals_count": False,
            "rate_headers": False, "tell": "no", "retry_after": None, **kind}


def ideal(kind, calls):
    """Seconds until calls with so many tokens each are answered, each made as soon as the account allows it; the last is an overview."""
    account, now, ends = Account(argparse.Namespace(**options_of(kind))), 0.0, []
    for i, tokens in enumerate(calls):
        now = max(ends) if i == len(calls) - 1 and ends else now
        while True:
            try:
                account.enter(tokens, sum(1 for end in ends if end > now), now)
                break
            except Refused:
                now += 0.001
        ends.append(now + LATENCY)
    return max(ends)


def in_flight(calls):
    """Calls let in that are under way at each half second."""
    first, last = calls[0]["at"], max(call["at"] + call["took"] for call in calls)
    return [sum(1 for call in calls if call["status"] == 200 and call["at"] <= first + at / 2 < call["at"] + call["took"])
            for at in range(int(2 * (last - first)) + 1)]


def told(name, burst, kind, calls, tokens):
    let_in = [call for call in calls if call["status"] == 200]
    first, end = calls[0]["at"], max(call["at"] + call["took"] for call in let_in)
    warm_up = let_in[min(10 * burst, len(let_in) - 1)]["at"] if "concurrency" in kind else first + 2 * WINDOW
    refused = [call["at"] for call in calls if call["status"] == 429]
    later = [call for call in calls if call["at"] > warm_up]
    after = sum(1 for at in refused if at > warm_up)
    best = ideal(kind, [tokens / len(let_in)] * len(let_in))
    line(name, f"{len(let_in)} calls, refused in the warm-up {len(refused) - after}"
         + (f" ({(len(refused) - after) / burst:.1f} of the burst)" if burst else "")
         + f", after it {after} of {len(later)} ({100 * after / max(1, len(later)):.1f} %); {end - first:.1f} s, {(end - first) / best:.2f} of the ideal")
    line("", "in flight each half second: " + " ".join(map(str, in_flight(calls))))


def under(name, burst, kind):
    arguments = [part for key, value in options_of(kind).items() if value not in (0, False, None)
                 for part in ("--" + key.replace("_", "-"), value)]
    folder, model = pathlib.Path(tempfile.mkdtemp(prefix="bench-")), Double("model.py", "--latency", LATENCY, *arguments)
    service = Service(folder, OPENAI_API_KEY="sk-bench", OPENAI_BASE_URL=model.url)
    try:
        for phase, language in (("cold", "English"), ("warm", "German")):
            service.start()
            before, taken = len(model.get("calls")), model.get("stats")["taken_tokens"]
            lectures(service, DECKS, phase, (language,))
            told(f"{name}, {phase}", burst, kind, model.get("calls")[before:], model.get("stats")["taken_tokens"] - taken)
            service.stop()
            time.sleep(2 * WINDOW)  # the account has rested
    finally:
        service.close()
        model.close()
        shutil.rmtree(folder)


def limits():
    for row in KINDS:
        under(*row)


MEASUREMENTS = [Measurement("limits", 240, "calls refused and time under limits that nobody told, cold and warm", limits)]

if __name__ == "__main__":
    main(MEASUREMENTS)
