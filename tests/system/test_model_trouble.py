"""A model API in trouble, through the whole system: the right end, counts that add up, and no call that buys nothing."""

import collections

import pytest

from service import CORPUS, needed, wait_until
from test_pipeline import check_outputs, model_env

DECK, PAGES = CORPUS / "lectures" / "uebersetzer-de.pdf", 15
SLIDES = 13  # that take a call: two are there twice
QUICK = {"SLIDEMILL_VISION_TRIES": "2", "SLIDEMILL_VISION_TIMEOUT_S": "1", "SLIDEMILL_LIMIT_OUTAGE_S": "0"}
PATIENT = {**QUICK, "SLIDEMILL_VISION_TIMEOUT_S": "4"}  # where calls of other slides must not time out on any machine


def lecture(service, model, job="trouble", language="English"):
    """Sends the deck and checks what holds for every end. Returns (state, summary or None, the model's stats)."""
    assert service.upload(job, DECK, language).status_code == 202
    state = service.finish(job)
    stats = model.get("stats")
    assert stats["refused"] == 0 or stats["by_status"].get("400"), stats["problems"]
    assert not [line for line in service.lines if line.get("level") == "error"]
    assert not service.events("worker_ended")
    return state, check_outputs(service, state, PAGES) if state["status"] == "completed" else None, stats


def failures(summary):
    return {slide["slide_number"]: slide["reason"]["code"] for slide in summary["slides"] if slide["outcome"] == "failed"}


# (what happens, rules, settings, calls for the whole lecture)
PASSING = [
    ("one 500 for each slide", [{"preset": "server_error", "per_slide": 1}], {}, 2 * SLIDES),
    ("one HTML page of a gateway for each slide", [{"preset": "bad_gateway", "per_slide": 1}], {}, 2 * SLIDES),
    ("a Wi-Fi login for each slide", [{"preset": "html", "per_slide": 1}], {}, 2 * SLIDES),
    ("one dropped connection for each slide", [{"preset": "drop", "per_slide": 1, "of": "slide"}], {}, 2 * SLIDES),
    ("one answer cut off", [{"preset": "cut_off", "per_slide": 1, "slides": [4]}], {}, SLIDES + 1),
    ("one answer that is no JSON", [{"preset": "not_json", "per_slide": 1, "slides": [4]}], {}, SLIDES + 1),
    ("one answer of a wrong shape", [{"preset": "wrong_shape", "per_slide": 1, "slides": [4]}], {}, SLIDES + 1),
    ("one hang", [{"preset": "hang", "per_slide": 1, "slides": [4]}], PATIENT, SLIDES + 1),
    ("answers in code fences", [{"preset": "fenced"}], {}, SLIDES),
    ("one 429 that says wait a second", [{"preset": "rate_limit", "first": 1}], {"SLIDEMILL_VISION_IN_FLIGHT": 1}, SLIDES + 1),
    ("a storm of 429", [{"preset": "rate_limit", "first": 20}], {}, SLIDES + 20),
]


@pytest.mark.parametrize("rules, settings, calls", [row[1:] for row in PASSING], ids=[row[0] for row in PASSING])
def test_trouble_that_passes_costs_no_slide(services, doubles, rules, settings, calls):
    model = doubles("model.py")
    model.post("scenario", {"rules": rules})
    state, summary, stats = lecture(services(**model_env(model, **settings)), model)
    assert state["status"] == "completed", state["error"]
    assert summary["outcomes"]["failed"] == 0
    assert summary["outcomes"]["explained"] == len(stats["slides"]) == needed(summary) == SLIDES
    # libcurl itself repeats a request whose kept connection ends before a byte of the answer; nobody hears of that
    unheard = stats["calls"] + stats["overviews"] - summary["usage"]["calls"]
    assert 0 <= unheard <= (SLIDES if rules[0]["preset"] == "drop" else 0)
    assert SLIDES <= stats["calls"] <= calls and stats["overviews"] >= 1


# (what stays, rule, code of the slide, calls for it)
STAYING = [("a hang", "hang", "MODEL_TIMEOUT", 2), ("500", "server_error", "MODEL_UNAVAILABLE", 2),
           ("a gateway's HTML page", "bad_gateway", "MODEL_UNAVAILABLE", 2), ("HTML with status 200", "html", "MODEL_UNAVAILABLE", 2),
           ("an answer cut at its limit", "truncated", "MODEL_TRUNCATED", 2), ("no JSON", "not_json", "MODEL_BAD_ANSWER", 3),
           ("a filter", "filtered", "MODEL_FILTERED", 2), ("a refused picture", "bad_image", "MODEL_REJECTED", 1),
           ("a policy", "policy", "MODEL_FILTERED", 1)]


def in_queue(service, slide):
    """Calls that timed out while only such as came before them got through: they are asked again at once, and no try is charged."""
    return sum(1 for event in service.events("model_retry")
               if event["slide"] == slide and event["code"] == "MODEL_TIMEOUT" and event["wait_ms"] == 0)


@pytest.mark.parametrize("preset, code, calls", [row[1:] for row in STAYING], ids=[row[0] for row in STAYING])
def test_trouble_with_one_slide_costs_one_slide(services, doubles, preset, code, calls):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": preset, "slides": [5]}]})
    service = services(**model_env(model, **PATIENT))
    state, summary, stats = lecture(service, model)
    assert state["status"] == "completed", state["error"]
    assert failures(summary) == {5: code}
    assert state["slides"]["failed"] == 1
    by_slide = {slide["slide"]: slide["calls"] for slide in stats["slides"].values()}
    assert by_slide.pop(5) <= calls + in_queue(service, 5)
    assert set(by_slide.values()) == {1}


# (what, rule for all calls, code of the job, most calls); the pages that are there twice have no answer to share
ENDING = [("no account left", "quota", "MODEL_QUOTA", SLIDES), ("no such model", "no_model", "MODEL_NOT_FOUND", SLIDES),
          ("a country that is shut out", "forbidden", "MODEL_AUTH", SLIDES),
          ("nothing but 500", "server_error", "ALL_SLIDES_FAILED", 2 * (SLIDES + 2)),
          ("nothing but hangs", "hang", "ALL_SLIDES_FAILED", 2 * (SLIDES + 2))]


@pytest.mark.parametrize("preset, code, calls", [row[1:] for row in ENDING], ids=[row[0] for row in ENDING])
def test_trouble_with_everything_fails_the_job(services, doubles, preset, code, calls):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": preset}]})
    service = services(**model_env(model, **QUICK))
    state, _, stats = lecture(service, model)
    assert state["status"] == "failed" and state["error"]["code"] == code and state["error"]["message"]
    assert stats["calls"] <= calls
    assert service.health().status_code == 200


def test_after_an_empty_account_only_the_rest_is_bought(services, doubles):
    model = doubles("model.py", "--latency", "0.05")
    model.post("scenario", {"rules": [{"preset": "quota", "skip": 5}]})
    service = services(**model_env(model, SLIDEMILL_VISION_IN_FLIGHT="2"))
    state, _, stats = lecture(service, model)
    assert state["status"] == "failed" and state["error"]["code"] == "MODEL_QUOTA"
    assert stats["answered"] == 5 and stats["calls"] <= 7
    wait_until("nothing is asked any more", lambda: service.job("trouble")["status"] == "failed")
    model.post("scenario", {"rules": []})
    state, summary, after = lecture(service, model, "again")
    assert state["status"] == "completed" and summary["outcomes"]["failed"] == 0
    assert after["calls"] - stats["calls"] == len(after["slides"]) - 5 == SLIDES - 5


@pytest.mark.parametrize("option", ["--no-json-schema", "--no-json-object", "--no-max-completion-tokens"])
def test_an_endpoint_of_another_dialect_is_learned_once(services, doubles, option):
    model = doubles("model.py", option)
    service = services(**model_env(model, SLIDEMILL_VISION_IN_FLIGHT="1"))
    state, summary, stats = lecture(service, model)
    assert state["status"] == "completed" and summary["outcomes"]["failed"] == 0
    assert stats["by_status"]["400"] <= 2
    state, _, after = lecture(service, model, "second", "German")
    assert state["status"] == "completed"
    assert after["by_status"]["400"] == stats["by_status"]["400"], "what was learned was forgotten"


def test_a_narrow_account_is_not_hammered(services, doubles):
    model = doubles("model.py", "--concurrency", "2", "--latency", "0.1")
    state, summary, stats = lecture(services(**model_env(model)), model)
    assert state["status"] == "completed" and summary["outcomes"]["failed"] == 0
    assert stats["most_at_once"] <= 2
    assert stats["limited"] <= 3 * SLIDES, collections.Counter(stats["by_status"])
