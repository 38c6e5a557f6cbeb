"""Model servers of other makers, through the whole system: what they refuse is learned, and what cannot be is said in their words."""

import csv

import pytest

from service import CORPUS, ROOT, needed
from test_doctor import doctor
from test_pipeline import check_outputs, model_env

DECK, PAGES, SLIDES = CORPUS / "lectures" / "uebersetzer-de.pdf", 15, 13
BY_WHAT = {"oc": '"json_schema"', "sp": '"max_completion_tokens"', "u": '"role":"system"', "blind": '"image_url"'}


def refusals():
    """(status, body, what must not stand in a request), one of each kind; tests/unit/stages/vision/model/test_model_error.c has all of them"""
    seen = set()
    with open(ROOT / "tests" / "data" / "answers" / "refusals.tsv", encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row[0].startswith("#") or row[3] == "-":
                continue
            server, status, meaning, learned, body = row
            if meaning in seen:
                continue
            seen.add(meaning)
            yield pytest.param(int(status), body, BY_WHAT.get(learned, '_tokens":4096'), id=f"{server}-{meaning}-{learned}")


def lecture(service, job="lecture", language="English"):
    assert service.upload(job, DECK, language).status_code == 202
    return service.finish(job)


@pytest.mark.parametrize("status, body, has", list(refusals()))
def test_what_a_server_does_not_take_is_learned(services, doubles, status, body, has):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"has": has, "status": status, "raw": body}]})
    service = services(**model_env(model))
    state = lecture(service)
    assert state["status"] == "completed", state["error"]
    summary, stats = check_outputs(service, state, PAGES), model.get("stats")
    assert summary["outcomes"]["failed"] == 0
    kind = "text_only" if "image" in has else "explained"
    assert summary["outcomes"][kind] == needed(summary) == SLIDES
    refused = sum(count for code, count in stats["by_status"].items() if code != "200")
    assert 1 <= refused <= SLIDES
    assert lecture(service, "second", "German")["status"] == "completed"
    after = model.get("stats")["by_status"]
    assert sum(count for code, count in after.items() if code != "200") == refused, "what was learned was forgotten"
    assert service.events("endpoint_settings_learned")


SENTENCE = "Tensor parallel rank 3 has left the building"
SHAPES = ['{"error":{"message":"%s","code":400}}', '{"object":"error","message":"%s","code":"400"}', '{"detail":"%s"}', '["%s"]',
          '{"error":{"message":"Provider returned error","metadata":{"raw":"{\\"error\\":\\"%s\\"}"}}}', "<html><title>%s</title></html>"]


def test_what_cannot_be_learned_is_told_in_the_servers_words(services, doubles):
    model = doubles("model.py", "--key", "sesame-77")
    model.post("scenario", {"rules": [{"status": 400, "raw": SHAPES[4] % (SENTENCE + " sesame-77")}]})
    state = lecture(services(**model_env(model, OPENAI_API_KEY="sesame-77")))
    assert state["status"] == "failed" and state["error"]["code"] == "ALL_SLIDES_FAILED"
    assert SENTENCE in state["error"]["message"] and "sesame" not in state["error"]["message"]


@pytest.mark.parametrize("shape", SHAPES)
def test_doctor_tells_it_in_the_servers_words(tmp_path, doubles, shape):
    model = doubles("model.py", "--key", "sesame-77")
    model.post("scenario", {"rules": [{"status": 400, "raw": shape % (SENTENCE + " sesame-77")}]})
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url, OPENAI_API_KEY="sesame-77")
    assert code == 1 and SENTENCE in out and "sesame" not in out
    assert "the key is accepted" not in out, "nobody can know that"


DOCTOR = [
    ("a key refused as 400", 400, '[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}]', "the key is refused"),
    ("LiteLLM's 400 for a key", 400, '{"error":{"message":"Authentication Error, No connected db.","type":"no_db_connection","code":"400"}}',
     "the key is refused"),
    ("LiteLLM's 400 for a model", 400, '{"error":{"message":"Invalid model name passed in model=gpt-4o","code":"400"}}', "is not known"),
    ("no projector", 500, '{"error":{"code":500,"message":"image input is not supported - hint: you may need to provide the mmproj"}}',
     "takes no pictures"),
    ("a full context", 400, '{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}',
     "give it more"),
    ("an account without money", 403, '{"error":{"message":"Key limit exceeded (total limit)","code":403}}', "refuses this account at present"),
]


@pytest.mark.parametrize("status, body, line", [row[1:] for row in DOCTOR], ids=[row[0] for row in DOCTOR])
def test_doctor_tells_what_it_is(tmp_path, doubles, status, body, line):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"status": status, "raw": body}]})
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url, OPENAI_API_KEY="k")
    assert code == 1 and line in out


def test_doctor_waits_for_a_model_that_is_being_loaded(tmp_path, doubles):
    model = doubles("model.py")
    loading = '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'
    model.post("scenario", {"rules": [{"first": 2, "status": 503, "raw": loading}, {"add": "A kestrel hovers."}]})
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url, OPENAI_API_KEY="k")
    assert code == 0, out
    assert "not ready yet (HTTP 503, unavailable_error: Loading model)" in out


def test_a_model_that_is_being_loaded_costs_no_slide(services, doubles):
    model = doubles("model.py")
    loading = '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'
    model.post("scenario", {"rules": [{"for_s": 3, "status": 503, "raw": loading}]})
    service = services(**model_env(model, SLIDEMILL_VISION_TRIES="1"))
    state = lecture(service)
    assert state["status"] == "completed" and check_outputs(service, state, PAGES)["outcomes"]["failed"] == 0
    assert "Loading model" in service.events("outage_began")[0]["reason"]


@pytest.mark.parametrize("preset", ["auto", "llamacpp"])
def test_a_slow_server_with_one_slot_loses_no_slide(services, doubles, preset):
    model = doubles("model.py", "--queue", "1", "--latency", "0.7")
    service = services(**model_env(model, SLIDEMILL_VISION_TIMEOUT_S="3", SLIDEMILL_VISION_TRIES="2", SLIDEMILL_LIMIT_OUTAGE_S="0",
                                   SLIDEMILL_MODEL_PRESET=preset))
    state = lecture(service)
    assert state["status"] == "completed", state["error"]
    summary, stats = check_outputs(service, state, PAGES), model.get("stats")
    assert summary["outcomes"]["failed"] == 0 and summary["outcomes"]["explained"] == SLIDES
    assert stats["calls"] <= (2 * SLIDES if preset == "auto" else SLIDES * 3 // 2)


def test_budgets_hold_when_no_usage_is_told(services, doubles):
    model = doubles("model.py", "--latency", "0.1")
    model.post("scenario", {"rules": [{"tells": {"usage": None}}]})
    service = services(**model_env(model, SLIDEMILL_BUDGET_JOB_USD="0.10", SLIDEMILL_MODEL_PRICES="gpt-4o 2.50 10.00",
                                   SLIDEMILL_VISION_IN_FLIGHT="2", SLIDEMILL_MODEL_MAX_TOKENS="2048"))
    state = lecture(service)
    summary, stats = check_outputs(service, state, PAGES), model.get("stats")
    assert 0 < summary["outcomes"]["explained"] < SLIDES and state["reasons"]["BUDGET_JOB"] > 0
    assert stats["cost_usd"] <= 0.10 and summary["cost_usd"] <= 0.10


@pytest.mark.parametrize("answered, costs", [("tiny.gguf", False), ("gpt-4o-2024-08-06", True)])
def test_a_call_costs_what_the_model_that_answered_costs(services, doubles, tmp_path, answered, costs):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"tells": {"model": answered}, "add": "A kestrel hovers."}]})
    service = services(**model_env(model))
    state = lecture(service)
    assert state["status"] == "completed"
    assert (check_outputs(service, state, PAGES)["cost_usd"] > 0) == costs
    told = service.events("model_mismatch")
    assert len(told) == (0 if costs else 1)
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url, OPENAI_MODEL="gpt-4o")
    assert ("gpt-4o was asked, tiny.gguf answered" in out) == (not costs)
    assert code == 0
