#!/usr/bin/env python3
"""doubts - second questions over written-down answers: which claims are in doubt, what is asked, and what becomes of them

Twenty slides with the answers of tests/data/answers/lectures.json go through the service, first without second questions, then
with the default share, then with one that all doubts fit into.
"""

import collections
import json
import pathlib
import tempfile

from harness import Measurement, doubled, line, main, running
from slides import pdf

FILE = pathlib.Path(__file__).resolve().parents[1] / "data" / "answers" / "lectures.json"
SETTINGS = (("none asked", {"SLIDEMILL_MODEL_RETRY_UNSUPPORTED": "0"}), ("share of 10 %", {}),
            ("share of 100 %", {"SLIDEMILL_MODEL_RETRY_UNSUPPORTED_SHARE": "100"}))


def answer(entry, again=False):
    """The whole answer in the shape that is asked for."""
    said = {**entry, **(entry.get("again", {}) if again else {})}
    return {"title": entry["slide"][0], "kind": "content", "explanation": said["explanation"], "key_points": said["key_points"],
                       "connections": "", "short_summary": entry["slide"][1] + ".", "labels": [],
                       "anki_cards": [{"concept": front.rstrip("?."), "front": front, "back": back} for front, back in said["cards"]]}


def rules(entries):
    first = [{"of": "slide", "slides": [i], "per_slide": 1, "content": json.dumps(answer(entry))} for i, entry in enumerate(entries, 1)]
    return first + [{"of": "slide", "slides": [i], "says_again": answer(entry, True)} for i, entry in enumerate(entries, 1)]


def claims_of(summary):
    """Of each slide: what is marked in it, and how many key points and cards it has."""
    marked, taught = collections.Counter(), collections.Counter()
    for slide in summary["slides"]:
        marked[slide["slide_number"]] += len(slide.get("unsupported", []))
        taught[slide["slide_number"]] += len(slide["key_points"])
    for card in summary["anki_cards"]:
        marked[card["slide_number"]] += len(card.get("unsupported", []))
        taught[card["slide_number"]] += 1
    return marked, taught


def asked(entries, **env):
    """(claims, what is taught, slides asked about twice, prompt tokens, completion tokens)"""
    with tempfile.TemporaryDirectory() as folder, doubled("--latency", "0.5") as model, running(model, SLIDEMILL_MODEL_OVERVIEW="0", **env) as service:
        model.post("scenario", {"rules": rules(entries)})
        deck = pathlib.Path(folder) / "deck.pdf"
        deck.write_bytes(pdf(*(entry["slide"] for entry in entries)))
        assert service.upload("doubts", deck).status_code == 202
        state = service.finish("doubts")
        assert state["status"] == "completed", state
        stats = model.get("stats")
        assert stats["by_status"] == {"200": stats["calls"]}, stats["problems"]
        twice = {slide["slide"] for slide in stats["slides"].values() if slide["calls"] > 1}
        return *claims_of(service.summary(state)), twice, stats["input_tokens"], stats["output_tokens"]


def doubts():
    entries = json.loads(FILE.read_text())
    before = None
    for name, env in SETTINGS:
        marked, taught, twice, tokens, written = asked(entries, **env)
        if before is None:
            before = marked, taught, tokens, written
            found = sum(1 for count in marked.values() if count)
            line("second questions", f"{len(entries)} answers, {sum(marked.values())} claims without support in {found} of them; if each of these were "
                 f"asked again with its picture: +{100 * found / len(entries):.0f} % prompt tokens")
            continue
        gone = sum(before[0].values()) - sum(marked.values())
        dropped = min(gone, sum(max(0, before[1][slide] - taught[slide]) for slide in taught))
        line("", f"{name}: {len(twice)} asked (slides {', '.join(map(str, sorted(twice)))}), claims mended {gone - dropped}, dropped {dropped}, marked "
             f"{sum(marked.values())}; +{100 * (tokens - before[2]) / before[2]:.1f} % prompt tokens, "
             f"+{100 * (written - before[3]) / before[3]:.1f} % completion tokens")


MEASUREMENTS = [Measurement("second questions", 15, "which of twenty written-down answers are asked about twice, and what that mends and costs", doubts)]

if __name__ == "__main__":
    main(MEASUREMENTS)
