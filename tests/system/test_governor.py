"""The governor, through the whole system: limits nobody told us about are found and kept, told ones are honoured, and a closed
account is left alone.  The stand-in scales an account's minute down to seconds; what is judged is its own list of calls."""

import contextlib
import sqlite3

import pytest

from service import CORPUS
from test_pipeline import check_outputs, model_env

DECKS = (("survey-handout.pdf", 66), ("python-it.pdf", 45))
WINDOW = 2  # seconds that the stand-in's minute takes
SMALL, SMALL_SLIDES = CORPUS / "lectures" / "uebersetzer-de.pdf", 15


def explain(service, decks=DECKS):
    """Puts the decks through. Returns the summed outcomes."""
    for deck, _ in decks:
        assert service.upload(deck, CORPUS / "lectures" / deck).status_code == 202
    total = {}
    for deck, pages in decks:
        state = service.finish(deck)
        assert state["status"] == "completed", state["error"]
        for outcome, count in check_outputs(service, state, pages)["outcomes"].items():
            total[outcome] = total.get(outcome, 0) + count
    assert total["failed"] == total["skipped"] - build_ups(service, decks) == 0, total
    return total


def build_ups(service, decks):
    """Slides that are skipped because a later one shows all of them."""
    return sum(1 for deck, _ in decks for slide in service.summary(service.job(deck))["slides"]
               if slide.get("reason", {}).get("code") == "BUILD_UP")


def learned(calls):
    """Two windows after the first refusal was heard, however fast the machine came to it; 0: there was none."""
    return min((call["at"] + call["took"] for call in calls if call["status"] == 429), default=-2 * WINDOW) + 2 * WINDOW


def refused(calls, since=0.0):
    """Share of the calls answered 429 among those made after so many seconds."""
    later = [call for call in calls if call["at"] >= since]
    return sum(1 for call in later if call["status"] == 429) / max(1, len(later))


# (kind, what is told, greatest share of 429 once the limit was met)
HIDDEN = [("sliding", ["--tell", "no"], 0.15), ("bucket", ["--tell", "no", "--burst", "5"], 0.15),
          ("fixed", ["--tell", "no"], 0.15), ("sliding", ["--tell", "both", "--rate-headers"], 0.1)]


@pytest.mark.parametrize("kind, told, most", HIDDEN, ids=[f"{row[0]} {' '.join(row[1])}" for row in HIDDEN])
def test_a_rate_limit_costs_no_slide_and_few_refusals(services, doubles, kind, told, most):
    """The limit is far below what any machine draws, so that the limit sets the pace."""
    model = doubles("model.py", "--latency", "0.2", "--rpm", "450", "--window", str(WINDOW), "--limit-kind", kind, *told)
    explain(services(**model_env(model)))
    stats, calls = model.get("stats"), model.get("calls")
    assert stats["refused"] == 0, stats["problems"]
    share = refused(calls, learned(calls))
    assert share <= most, (stats["by_status"], share)
    assert stats["calls"] + stats["overviews"] == stats["needed"] + stats["limited"]  # a refusal is all that is repeated


@pytest.mark.parametrize("header, told", [("Retry-After", 3), ("retry-after-ms", 3000)])
def test_a_told_wait_is_waited_for_by_all(services, doubles, header, told):
    model = doubles("model.py", "--latency", "0.2")
    model.post("scenario", {"rules": [{"preset": "slow_down", "skip": 10, "first": 1, "headers": {header: told}}]})
    explain(services(**model_env(model), SLIDEMILL_VISION_COUNT="2"), DECKS[:1])
    calls = model.get("calls")
    first = next(call for call in calls if call["status"] == 429)
    heard = first["at"] + first["took"]
    early = [call["at"] - heard for call in calls if heard + 0.5 < call["at"] < heard + 2.9]
    assert not early, early


@pytest.mark.parametrize("option, code, status", [("--quota", "MODEL_QUOTA", 429), ("--revoke", "MODEL_AUTH", 401)])
def test_a_closed_account_is_left_alone_at_once(services, doubles, option, code, status):
    model = doubles("model.py", "--latency", "0.2", option, "20")
    service = services(**model_env(model))
    assert service.upload("closed", CORPUS / "lectures" / "survey-handout.pdf").status_code == 202
    state = service.finish("closed")
    assert state["status"] == "failed" and state["error"]["code"] == code
    calls = model.get("calls")
    heard = min(call["at"] + call["took"] for call in calls if call["status"] == status)
    assert not [call for call in calls if call["at"] > heard + 0.5]
    assert len(calls) <= 20 + model.get("stats")["most_at_once"] + 64
    assert service.health().status_code == 200


@pytest.mark.parametrize("workers", [1, 3])
def test_calls_at_once_are_shared_by_all_workers(services, doubles, workers):
    model = doubles("model.py", "--latency", "0.2", "--concurrency", "6")
    explain(services(**model_env(model), SLIDEMILL_VISION_COUNT=workers))
    stats = model.get("stats")
    assert stats["calls"] + stats["overviews"] == stats["needed"] + stats["limited"]
    assert stats["limited"] <= 60, stats["by_status"]


def test_what_an_endpoint_took_is_kept_over_a_restart(services, doubles, tmp_path):
    """How many calls at once it let in is a note in the ledger (rate_memory.h)."""
    def known():
        with contextlib.closing(sqlite3.connect(tmp_path / "state" / "ledger.sqlite")) as db:
            return [line.split()[2] for (note,) in db.execute("SELECT value FROM notes WHERE name = 'endpoints'") for line in note.splitlines()]

    service = services(**model_env(doubles("model.py", "--latency", "0.2", "--concurrency", "6")))
    explain(service)
    service.stop()
    assert known() == ["6"]
    service.start()
    assert service.upload("again", CORPUS / "lectures" / DECKS[0][0], "German").status_code == 202
    check_outputs(service, service.finish("again"), DECKS[0][1])
    service.stop()
    assert known() == ["6"]


def test_more_load_than_an_endpoint_bears_is_not_put_on_it(services, doubles):
    model = doubles("model.py", "--latency", "0.2")
    model.post("scenario", {"rules": [{"preset": "overloaded", "skip": 20, "first": 10}]})
    explain(services(**model_env(model)))
    stats = model.get("stats")
    assert stats["calls"] + stats["overviews"] == stats["needed"] + 10


def test_a_limit_on_tokens_is_kept(services, doubles):
    model = doubles("model.py", "--latency", "0.1", "--tpm", "4000000", "--window", "2", "--rate-headers", "--tell", "both")
    explain(services(**model_env(model)), DECKS[:1])
    stats, calls = model.get("stats"), model.get("calls")
    assert set(stats["by_reason"]) <= {"tpm"}
    assert refused(calls, learned(calls)) <= 0.1, stats["by_status"]


def test_two_jobs_share_a_slow_account_fairly(services, doubles):
    """A small job behind a large one is not last."""
    model = doubles("model.py", "--latency", "0.1", "--rpm", "600", "--window", "2", "--tell", "both")
    service = services(**model_env(model))
    assert service.upload("large", CORPUS / "lectures" / "shell-150-pages.pdf").status_code == 202
    assert service.upload("small", SMALL).status_code == 202
    check_outputs(service, service.finish("small"), SMALL_SLIDES)
    assert service.job("large")["status"] == "working"
    service.finish("large")
