"""Nothing from outside ends a process of ours: requests, answers and files that no well-meant caller sends."""

import pytest
import requests

from service import CORPUS, Service
from test_economy import upload as upload_economy
from test_outbox import SECRET, callback_env, problem, resend
from test_pipeline import model_env

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"


def unharmed(service):
    """No process has ended, and each that is needed is ready."""
    assert not service.events("panic") and not service.events("worker_ended") and not service.events("supervisor_ended")
    assert service.health().status_code == 200


# ---- callers


def test_no_callback_is_owed_for_an_estimate(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    service = services(**callback_env(receiver))
    with open(DECK, "rb") as pdf:
        told = requests.post(service.url + "/estimate", files={"file": (DECK.name, pdf)}, timeout=60)
    assert told.status_code == 200
    for _ in range(3):
        problem(resend(service, told.json()["jobId"]), 409, "JOB_IS_ESTIMATE")
    failed = requests.post(service.url + "/estimate", json={"s3Key": "nowhere.pdf"}, timeout=30)
    assert failed.json()["code"] == "S3_NOT_FOUND"
    listed = requests.get(service.url + "/jobs", timeout=30).json()["jobs"]
    for job in (job["jobId"] for job in listed):
        problem(resend(service, job), 409, "JOB_IS_ESTIMATE")
    assert len(listed) == 2 and receiver.get("log") == []
    unharmed(service)
    assert service.stop() == 0


# ---- crowds


def test_a_late_job_is_seen_behind_many_that_may_take_their_time(services, doubles):
    model = doubles("model.py", "--latency", "60", "--batch-s", "1000")
    service = services(**model_env(model, SLIDEMILL_LIMIT_JOB_S="3", SLIDEMILL_LIMIT_JOBS_ACTIVE="2"))
    for i in range(40):
        assert upload_economy(service, f"cheap-{i}").status_code == 202
    assert service.upload("late", DECK).status_code == 202
    state = service.finish("late", 60)
    assert state["status"] == "failed" and state["error"]["code"] == "JOB_DEADLINE"
    assert all(service.job(f"cheap-{i}")["status"] != "failed" for i in (0, 39))
    unharmed(service)


# ---- folders


@pytest.mark.parametrize("levels", [1, 4])
def test_a_store_is_made_with_the_folders_above_it(services, tmp_path, levels):
    store = tmp_path.joinpath("store", *"abc"[:levels - 1])
    service = services(SLIDEMILL_STORE_DIR=str(store))
    assert store.is_dir()
    assert service.upload("stored", DECK).status_code == 202
    assert service.finish("stored")["status"] == "completed" and (store / "outputs" / "stored").is_dir()
    assert service.stop() == 0


def test_a_store_that_cannot_be_made_is_told_with_its_name(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    service = Service(tmp_path, SLIDEMILL_STORE_DIR=str(tmp_path / "file" / "deeper"))
    with pytest.raises(AssertionError, match="it ended"):
        service.start()
    line = service.event("state_unusable")
    assert line["path"] == str(tmp_path / "file" / "deeper") and "SLIDEMILL_STORE_DIR" in line["do"]
