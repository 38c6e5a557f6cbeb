"""Budgets: reserved before a call, settled after it, never exceeded - by the stand-in's own bill, which also holds the calls
that nobody waited for the end of."""

import os
import signal

import pytest
import requests

from service import CORPUS, wait_until
from test_pipeline import check_outputs, model_env

DECK, SLIDES = CORPUS / "lectures" / "shell-150-pages.pdf", 150
PRICES = {"SLIDEMILL_MODEL_PRICES": "gpt-4o 2.50 10.00", "SLIDEMILL_MODEL_MAX_TOKENS": "512"}
SLIDE_USD = 0.0065  # about what the stand-in bills for one slide of the deck


def budgeted(model, **more):
    return model_env(model, **PRICES, SLIDEMILL_VISION_IN_FLIGHT="128", **more)


def skipped(summary, code):
    return [slide for slide in summary["slides"] if slide["outcome"] == "skipped" and slide["reason"]["code"] == code]


def upload(service, job, key, language="English"):
    with open(DECK, "rb") as pdf:
        return requests.post(service.url + "/process", timeout=60, headers={"Authorization": f"Bearer {key}"},
                             files={"file": ("deck.pdf", pdf)}, data={"jobId": job, "language": language, "email": ""})


def job_ended(service, job, key):
    answer = requests.get(f"{service.url}/jobs/{job}", headers={"Authorization": f"Bearer {key}"}, timeout=30).json()
    return answer if answer["status"] in ("completed", "failed") else None


def test_a_hundred_calls_at_once_never_pass_the_budget_of_a_job(services, doubles):
    model = doubles("model.py", "--latency", "0.5")
    budget = 37 * SLIDE_USD
    service = services(**budgeted(model, SLIDEMILL_BUDGET_JOB_USD=f"{budget:.6f}"))
    assert service.upload("poor", DECK).status_code == 202
    state = service.finish("poor")
    assert state["status"] == "completed", state["error"]
    summary, stats = check_outputs(service, state, SLIDES), model.get("stats")
    assert stats["cost_most_usd"] <= budget
    left_out = skipped(summary, "BUDGET_JOB")
    outcomes = summary["outcomes"]
    assert outcomes["failed"] == 0 and outcomes["explained"] >= 20
    assert len(left_out) == SLIDES - sum(outcomes[o] for o in ("explained", "cached", "blank", "text_only")) - \
        len(skipped(summary, "BUILD_UP"))
    assert len(left_out) > 20 and all("budget" in slide["reason"]["message"] for slide in left_out)
    assert state["reasons"]["BUDGET_JOB"] == len(left_out)
    assert summary["cost_usd"] == pytest.approx(stats["cost_usd"], rel=0.01)


def test_another_job_has_its_own_budget_and_pays_only_for_the_rest(services, doubles):
    model = doubles("model.py", "--latency", "0.1")
    budget = 37 * SLIDE_USD
    service = services(**budgeted(model, SLIDEMILL_BUDGET_JOB_USD=f"{budget:.6f}"))
    done = 0
    for i in range(2):
        assert service.upload(f"part-{i}", DECK).status_code == 202
        outcomes = check_outputs(service, service.finish(f"part-{i}"), SLIDES)["outcomes"]
        assert outcomes["cached"] >= done and outcomes["explained"] > 0
        done = outcomes["cached"] + outcomes["explained"]
    stats = model.get("stats")
    assert all(slide["calls"] == 1 for slide in stats["slides"].values())
    assert stats["cost_most_usd"] <= 2 * budget


def test_a_budget_for_the_day_holds_over_jobs(services, doubles):
    model = doubles("model.py", "--latency", "0.2")
    budget = 60 * SLIDE_USD
    service = services(**budgeted(model, SLIDEMILL_BUDGET_DAY_USD=f"{budget:.6f}"))
    for language in ("English", "German", "French"):
        assert service.upload(language, DECK, language).status_code == 202
    summaries = [check_outputs(service, service.finish(job), SLIDES) for job in ("English", "German", "French")]
    assert sum(len(skipped(summary, "BUDGET_DAY")) for summary in summaries) > 150
    assert model.get("stats")["cost_most_usd"] <= budget


def test_a_budget_for_a_tenant_leaves_others_alone(services, doubles):
    model = doubles("model.py", "--latency", "0.1")
    budget = 40 * SLIDE_USD
    service = services(**budgeted(model, SLIDEMILL_BUDGET_KEY_DAY_USD=f"{budget:.6f}", SLIDEMILL_API_KEYS="a:one,b:two,a:three"))
    spent = []
    for key, language in (("one", "English"), ("two", "German"), ("three", "French")):
        before = model.get("stats")["cost_most_usd"]
        assert upload(service, language, key, language).status_code == 202

        ended = wait_until("the end", lambda language=language, key=key: job_ended(service, language, key))
        # a job for which nothing is left at all fails, and says for what
        assert ended["status"] == "completed" or ended["error"]["code"] == "BUDGET_KEY", ended
        assert ended["reasons"]["BUDGET_KEY"] > 0
        spent.append(model.get("stats")["cost_most_usd"] - before)
    assert spent[0] + spent[2] <= budget and spent[1] <= budget
    assert spent[1] > budget / 2 and spent[2] < budget / 2


def under_way(model):
    """Some answers came, and other calls wait for theirs."""
    stats = model.get("stats")
    return stats["answered"] >= 3 and stats["at_once"] >= 3


@pytest.mark.parametrize("limit", ["JOB", "DAY"])
def test_budgets_outlive_kill_9_of_everything(services, doubles, limit):
    model = doubles("model.py", "--latency", "0.1")
    model.post("scenario", {"rules": [{"skip": 4, "delay": 120}]})  # longer than it takes to kill everything
    budget = 40 * SLIDE_USD
    service = services(**budgeted(model, **{f"SLIDEMILL_BUDGET_{limit}_USD": f"{budget:.6f}"}))
    assert service.upload("killed", DECK).status_code == 202
    wait_until("some answers", lambda: under_way(model))
    service.kill_all()
    model.post("scenario", {"rules": []})
    service.start()
    summary = check_outputs(service, service.finish("killed"), SLIDES)
    assert skipped(summary, f"BUDGET_{limit}")
    stats = model.get("stats")
    assert stats["abandoned"] > 0
    assert stats["cost_most_usd"] <= budget


def test_a_dead_vision_process_pays_for_its_calls(services, doubles):
    """What was under way may have been billed: it is not given back."""
    model = doubles("model.py", "--latency", "0.5")
    budget = 40 * SLIDE_USD
    service = services(**budgeted(model, SLIDEMILL_BUDGET_JOB_USD=f"{budget:.6f}", SLIDEMILL_THROTTLE_FIRST_MS="50"))
    assert service.upload("dead", DECK).status_code == 202
    wait_until("some answers", lambda: under_way(model))
    for pid in service.pids("slidemill-vision"):
        os.kill(pid, signal.SIGKILL)
    summary = check_outputs(service, service.finish("dead"), SLIDES)
    assert skipped(summary, "BUDGET_JOB") and summary["outcomes"]["failed"] == 0
    assert model.get("stats")["cost_most_usd"] <= budget


def test_a_budget_too_small_for_one_call_makes_none(services, doubles):
    model = doubles("model.py")
    service = services(**budgeted(model, SLIDEMILL_BUDGET_JOB_USD="0.000001"))
    assert service.upload("broke", DECK).status_code == 202
    state = service.finish("broke")
    assert state["status"] == "failed" and state["error"]["code"] == "BUDGET_JOB"
    assert state["reasons"]["BUDGET_JOB"] > 50
    assert model.get("stats")["calls"] == 0 and model.get("stats")["overviews"] == 0
