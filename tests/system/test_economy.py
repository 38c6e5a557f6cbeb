"""Jobs with priority economy: their slides go to the provider's batch API, at half the price, and what a batch leaves is
asked for at once."""

import os
import signal
import sqlite3

import pytest
import requests

from service import CORPUS, wait_until
from test_pipeline import check_outputs, model_env

DECK = CORPUS / "lectures" / "uebersetzer-de.pdf"
PAGES = 15


def upload(service, job, **fields):
    with open(DECK, "rb") as pdf:
        return requests.post(service.url + "/process", timeout=60, files={"file": (DECK.name, pdf)},
                             data={"jobId": job, "language": "English", "email": "", "priority": "economy", **fields})


def start(services, model, **settings):
    return services(**model_env(model, SLIDEMILL_ECONOMY_POLL_S="1", SLIDEMILL_MODEL_OVERVIEW="0", **settings))


def needed(summary):
    return len([s for s in summary["slides"] if s["outcome"] in ("explained", "text_only")])


def test_a_batch_explains_all_at_half_the_price(services, doubles):
    model = doubles("model.py", "--batch-s", "1")
    service = start(services, model)
    assert upload(service, "cheap").status_code == 202
    summary = check_outputs(service, service.finish("cheap"), PAGES)
    stats = model.get("stats")
    assert stats["calls"] == 0 and stats["batches"] == 1 and stats["lines"] == needed(summary) > 0
    cheap = service.job("cheap")["usage"]
    assert service.upload("dear", DECK, "German").status_code == 202
    check_outputs(service, service.finish("dear"), PAGES)
    dear = service.job("dear")["usage"]
    assert 0 < cheap["cost_usd"] < 0.6 * dear["cost_usd"]
    assert upload(service, "again").status_code == 202  # known already: no batch, no call
    check_outputs(service, service.finish("again"), PAGES)
    assert model.get("stats")["batches"] == 1


def test_what_a_batch_leaves_is_asked_for_at_once(services, doubles):
    model = doubles("model.py", "--batch-s", "1", "--batch-answers", "5")
    service = start(services, model)
    assert upload(service, "part").status_code == 202
    summary = check_outputs(service, service.finish("part"), PAGES)
    assert summary["outcomes"]["failed"] == 0
    assert model.get("stats")["calls"] == needed(summary) - 5


def test_an_endpoint_without_batches_is_asked_at_once(services, doubles):
    model = doubles("model.py", "--no-batches")
    service = start(services, model)
    assert upload(service, "none").status_code == 202
    summary = check_outputs(service, service.finish("none"), PAGES)
    assert summary["outcomes"]["failed"] == 0 and model.get("stats")["calls"] == needed(summary)


@pytest.mark.parametrize("what", ["everything", "supervisor"])
def test_a_batch_survives_a_crash_and_is_paid_once(services, doubles, what):
    model = doubles("model.py", "--batch-s", "3")
    service = start(services, model)
    assert upload(service, "crash").status_code == 202
    wait_until("handed in", lambda: service.event("batch_submitted"))
    if what == "everything":
        service.kill_all()
        service.start()
    else:
        os.kill(service.pids("slidemill-supervisor")[0], signal.SIGKILL)
    summary = check_outputs(service, service.finish("crash"), PAGES)
    stats = model.get("stats")
    assert stats["batches"] == 1 and stats["calls"] == 0 and stats["lines"] == needed(summary)


def test_past_its_deadline_a_batch_is_called_off(services, doubles):
    model = doubles("model.py", "--batch-s", "20")
    service = start(services, model, SLIDEMILL_ECONOMY_DEADLINE_S="60")
    assert upload(service, "late").status_code == 202
    wait_until("handed in", lambda: service.event("batch_submitted"))
    assert service.stop() == 0
    with sqlite3.connect(service.folder / "state" / "ledger.sqlite") as db:
        db.execute("UPDATE batches SET deadline_ms = deadline_ms - 3600000")
    db.close()
    service.start()
    summary = check_outputs(service, service.finish("late"), PAGES)
    assert summary["outcomes"]["failed"] == 0 and model.get("stats")["calls"] == needed(summary)


@pytest.mark.parametrize("size, batches", [(500, 0), (900, 1)], ids=["kept", "too long to be kept"])
def test_a_batch_with_a_long_name_is_not_paid_twice(services, doubles, size, batches):
    """One whose name cannot be kept is called off before its slides are asked for one by one."""
    model = doubles("model.py", "--batch-s", "5", "--batch-name-bytes", str(size))
    service = start(services, model)
    assert upload(service, "long").status_code == 202
    summary = check_outputs(service, service.finish("long"), PAGES)
    assert summary["outcomes"]["failed"] == 0
    told = model.get("batches")["batches"]
    assert len(told) == 1 and len(told[0]["id"]) == size
    assert [batch["status"] for batch in told if batch["status"].startswith("cancel")] == [told[0]["status"]] * batches
    assert model.get("stats")["calls"] == (needed(summary) if batches else 0)


def test_a_batch_that_tells_no_usage_is_not_free(services, doubles):
    """What was put aside for its slides counts, as with calls at once."""
    model = doubles("model.py", "--batch-s", "1")
    model.post("scenario", {"rules": [{"tells": {"usage": None}}]})
    service = start(services, model)
    assert upload(service, "silent").status_code == 202
    summary = check_outputs(service, service.finish("silent"), PAGES)
    silent = service.job("silent")["usage"]
    assert silent["calls"] == needed(summary) and silent["input_tokens"] == 0
    assert silent["cost_usd"] >= model.get("stats")["cost_usd"] > 0
