"""What a lecture would cost, by POST /estimate: pages counted as they are treated, and no model call."""

import requests

from service import CORPUS, needed
from test_economy import start as economical
from test_economy import upload
from test_pipeline import check_outputs, model_env

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"


def estimate(service, path):
    with open(path, "rb") as pdf:
        return requests.post(service.url + "/estimate", files={"file": (path.name, pdf)}, data={"language": "English"},
                             timeout=60)


def test_an_estimate_tells_what_the_job_then_takes(services, doubles):
    model = doubles("model.py")
    service = services(**model_env(model))
    told = estimate(service, DECK)
    assert told.status_code == 200
    figures = told.json()["estimate"]
    stats = model.get("stats")
    assert stats["calls"] == stats["overviews"] == 0
    assert service.upload("real", DECK).status_code == 202
    summary = check_outputs(service, service.finish("real"), 14)
    assert figures["slides"]["explained"] == needed(summary) and figures["total_slides"] == 14
    assert figures["slides"]["build_up"] == summary["outcomes"]["skipped"]
    assert service.job("real")["usage"]["cost_usd"] <= figures["cost_usd_most"]
    again = estimate(service, DECK).json()["estimate"]  # all is known now
    assert again["slides"]["cached"] == needed(summary) and again["cost_usd"] == 0


def test_an_estimate_is_a_job_of_its_own(services):
    service = services()
    told = estimate(service, DECK).json()
    state = service.job(told["jobId"])
    assert state["status"] == "completed" and state["estimate"] == told["estimate"] and state["outputs"] is None
    assert state["callback"] is None
    assert service.stop() == 0


def test_an_estimates_name_is_no_jobs(services):
    """The same lecture, posted as a job under the name of its estimate, is not taken for that request come again."""
    service = services()
    name = estimate(service, DECK).json()["jobId"]
    with open(DECK, "rb") as pdf:
        answer = requests.post(service.url + "/process", files={"file": (DECK.name, pdf)}, timeout=30,
                               data={"jobId": name, "language": "English", "email": ""})
    assert (answer.status_code, answer.json()["code"]) == (409, "JOB_CONFLICT")


def test_bad_requests_for_an_estimate_are_told(services):
    service = services()
    answer = requests.post(service.url + "/estimate", json={}, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (422, "MISSING_FIELD")
    answer = requests.post(service.url + "/estimate", json={"s3Key": "nowhere.pdf"}, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (404, "S3_NOT_FOUND")


def test_a_job_without_money_ends_inside_its_own_slides(services, doubles):
    model = doubles("model.py")
    service = economical(services, model, SLIDEMILL_BUDGET_JOB_USD="0.000001")
    assert upload(service, "poor").status_code == 202
    assert service.upload("live", DECK).status_code == 202
    for job in ("poor", "live"):
        state = service.finish(job)
        assert state["status"] == "failed" and state["error"]["code"] == "BUDGET_JOB"
    assert model.get("stats")["calls"] == 0 and not service.events("supervisor_ended")
