"""Callbacks that are owed: tried over restarts, in order, given up visibly, asked for again, never with stale links."""

import os
import signal
import sqlite3
import time

import pytest
import requests

from service import CORPUS, wait_until

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
SECRET = "s3cret"


def told(receiver, count):
    """The receiver's log once it has that many deliveries."""
    return wait_until(f"{count} deliveries", lambda: len(receiver.get("log")) >= count and receiver.get("log"))


def callback_env(receiver, **more):
    return {"WORKER_CALLBACK_URL": receiver.url + "/callback", "WORKER_CALLBACK_SECRET": SECRET,
            "SLIDEMILL_CALLBACK_FIRST_MS": "50", **more}


def settled(service, job, state, tries=None):
    def check():
        callback = service.job(job)["callback"]
        return callback["state"] == state and (tries is None or callback["tries"] == tries) and callback
    return wait_until(f"{job} {state}", check)


def resend(service, job, **options):
    return requests.post(f"{service.url}/jobs/{job}/callback", timeout=30, **options)


def problem(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def ledger(tmp_path, statement, *values):
    """Runs a statement on the ledger of a stopped service."""
    with sqlite3.connect(tmp_path / "state" / "ledger.sqlite") as db:
        rows = db.execute(statement, values).fetchall()
    db.close()
    return rows


def fail_quickly(service, job):
    """A job that ends at once and owes a callback."""
    assert service.process_key(job, "uploads/nothing.pdf").status_code == 202
    service.finish(job)


# ---- asked for again


def test_a_delivered_callback_is_delivered_again(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    service = services(**callback_env(receiver))
    fail_quickly(service, "again")
    settled(service, "again", "delivered", 1)
    answer = resend(service, "again")
    assert answer.status_code == 202 and answer.json() == {"jobId": "again", "callback": "pending"}
    first, second = told(receiver, 2)
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
    assert first["body"] == second["body"] and second["standard_ok"] and second["worker_ok"]
    assert settled(service, "again", "delivered")["last_status"] == 204
    assert service.events("callback_requeued", jobId="again")


def test_what_cannot_be_delivered_again_is_refused(services, doubles):
    model = doubles("model.py", "--latency", "30")
    service = services(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=model.url, SLIDEMILL_API_KEYS="key")
    key = {"Authorization": "Bearer key"}
    problem(resend(service, "nobody"), 401, "UNAUTHORIZED")
    problem(resend(service, "nobody", headers=key), 404, "JOB_NOT_FOUND")
    problem(requests.get(service.url + "/jobs/nobody/callback", headers=key, timeout=30), 405, "METHOD_NOT_ALLOWED")
    problem(resend(service, "%2e%2e", headers=key), 404, "JOB_NOT_FOUND")
    for job, fields in (("open", {"file": open(DECK, "rb")}), ("ended", {"file": b"not a PDF"})):
        assert requests.post(service.url + "/process", headers=key, timeout=30, files=fields,
                             data={"jobId": job, "language": "English", "email": ""}).status_code in (202, 415)
    problem(resend(service, "open", headers=key), 409, "JOB_NOT_ENDED")
    assert requests.post(service.url + "/process", headers=key, timeout=30, json={
        "jobId": "failed", "s3Key": "uploads/none.pdf", "email": "a@example.com", "language": "English"}).status_code == 202
    wait_until("it failed", lambda: service.events("job_failed", jobId="failed"))
    problem(resend(service, "failed", headers=key), 409, "NO_CALLBACK")


def test_a_job_that_ended_without_a_url_can_be_told_later(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    service = services()
    assert service.upload("later", DECK).status_code == 202
    state = service.finish("later")
    assert state["callback"] is None
    assert service.stop() == 0
    service.env.update(callback_env(receiver))
    service.start()
    assert service.job("later")["callback"] is None
    assert resend(service, "later").status_code == 202
    body = told(receiver, 1)[0]["json"]
    assert body["status"] == "completed" and body["outputs"]["docx_url"] == state["outputs"]["docx_url"]
    settled(service, "later", "delivered", 1)


def test_one_that_was_given_up_can_be_asked_for_again(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 410}])
    service = services(**callback_env(receiver))
    fail_quickly(service, "gone")
    assert settled(service, "gone", "undelivered") == {"state": "undelivered", "tries": 1, "last_status": 410}
    assert len(receiver.get("log")) == 1
    assert resend(service, "gone").status_code == 202
    assert settled(service, "gone", "delivered", 1)["last_status"] == 204


def test_a_pending_one_need_not_wait_for_its_time(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503}])
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_FIRST_MS="600000"))
    fail_quickly(service, "waiting")
    assert settled(service, "waiting", "pending", 1)["last_status"] == 503
    assert resend(service, "waiting").status_code == 202
    settled(service, "waiting", "delivered", 1)


# ---- tried again


def test_tries_go_on_over_kill_9_of_everything(services, doubles, tmp_path):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503, "times": 3}])
    service = services(**callback_env(receiver))
    fail_quickly(service, "restarts")
    for tries in (1, 2, 3):
        told(receiver, tries)
        service.kill_all()
        service.start()
    settled(service, "restarts", "delivered")
    log = receiver.get("log")
    assert [entry["status"] for entry in log][:4] == [503, 503, 503, 204]
    assert len({entry["headers"]["webhook-id"] for entry in log}) == 1 and len({entry["body"] for entry in log}) == 1


def test_a_2xx_that_was_lost_is_told_again_alike(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"reset": True}])
    service = services(**callback_env(receiver))
    fail_quickly(service, "lost")
    settled(service, "lost", "delivered", 2)
    first, second = receiver.get("log")
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"] and first["body"] == second["body"]


def test_it_is_given_up_in_its_time_and_shown(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 500, "times": 1000}])
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_GIVE_UP_S="1"))
    fail_quickly(service, "expired")
    callback = settled(service, "expired", "undelivered")
    assert callback["last_status"] == 500 and callback["tries"] >= 3
    wait_until("the log says so", lambda: service.events("callback_undelivered", jobId="expired", code="CALLBACK_REFUSED",
                                                         status=500))
    tried = len(receiver.get("log"))
    service.kill_all()
    service.start()
    assert settled(service, "expired", "undelivered") == callback
    assert len(receiver.get("log")) == tried


def test_what_is_owed_to_nobody_expires_too(services, doubles, tmp_path):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503, "times": 1000}])
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_FIRST_MS="600000"))
    fail_quickly(service, "nobody")
    settled(service, "nobody", "pending", 1)
    assert service.stop() == 0
    ledger(tmp_path, "UPDATE outbox SET created_ms = created_ms - 4 * 86400000")
    del service.env["WORKER_CALLBACK_URL"]
    service.start()
    settled(service, "nobody", "undelivered", 1)
    assert service.events("callback_undelivered", jobId="nobody", code="NO_CALLBACK")


def test_the_one_due_first_goes_first(services, doubles, tmp_path):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503, "times": 20}])
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_FIRST_MS="600000", SLIDEMILL_COURIER_IN_FLIGHT="1"))
    for i in range(20):
        fail_quickly(service, f"due-{i}")
    told(receiver, 20)
    assert service.stop() == 0
    order = [7, 3, 19, 0, 12, 1, 18, 2, 11, 4, 5, 6, 17, 8, 9, 10, 16, 13, 14, 15]
    for place, i in enumerate(order):
        ledger(tmp_path, "UPDATE outbox SET next_ms=? WHERE job=(SELECT id FROM jobs WHERE job=?)", 1000 + place, f"due-{i}")
    service.start()
    assert [entry["json"]["jobId"] for entry in told(receiver, 40)[20:]] == [f"due-{i}" for i in order]


# ---- links


def outdated(tmp_path, left_s):
    """The links in the ledger have only that long to live."""
    ledger(tmp_path, "UPDATE artifacts SET expires_at=?, url=replace(url, '/files/', '/stale/')", int(time.time()) + left_s)
    ledger(tmp_path, "UPDATE outbox SET body=replace(body, '/files/', '/stale/')")


def check_fresh(service, body):
    for name in ("summary_json_url", "docx_url", "anki_url"):
        assert requests.get(body["outputs"][name], timeout=10).status_code == 200
        assert service.job(body["jobId"])["outputs"][name] == body["outputs"][name]


def owing(services, doubles, **more):
    """A completed job whose callback was refused once and waits; the service is stopped."""
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503}])
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_FIRST_MS="1", **more))
    assert service.upload("links", DECK).status_code == 202
    service.finish("links")
    settled(service, "links", "delivered", 2)
    assert service.stop() == 0
    return receiver, service


@pytest.mark.parametrize("left_s, renewed", [(-86400, True), (3500, True), (3900, False)])
def test_links_are_renewed_if_they_would_be_stale(services, doubles, tmp_path, left_s, renewed):
    receiver, service = owing(services, doubles)
    outdated(tmp_path, left_s)
    service.start()
    assert resend(service, "links").status_code == 202
    first, _, third = told(receiver, 3)
    assert third["headers"]["webhook-id"] == first["headers"]["webhook-id"]
    if renewed:
        check_fresh(service, third["json"])
    assert third["body"].count("/stale/") == (0 if renewed else 3)
    before, after = first["json"], third["json"]
    for name in ("summary_json_url", "docx_url", "anki_url"):
        del before["outputs"][name], after["outputs"][name]
    assert before == after
    settled(service, "links", "delivered", 1)


def test_links_are_renewed_when_a_late_callback_gets_through(services, doubles, tmp_path):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503}])
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_FIRST_MS="600000"))
    assert service.upload("links", DECK).status_code == 202
    service.finish("links")
    settled(service, "links", "pending", 1)
    service.kill_all()
    outdated(tmp_path, -100000)
    ledger(tmp_path, "UPDATE outbox SET next_ms=1000")
    service.start()
    first, second = told(receiver, 2)
    assert second["headers"]["webhook-id"] == first["headers"]["webhook-id"] and second["status"] == 204
    check_fresh(service, second["json"])
    settled(service, "links", "delivered", 2)


def test_a_courier_that_dies_over_links_is_nobodys_end(services, doubles, tmp_path):
    receiver, service = owing(services, doubles)
    outdated(tmp_path, -100000)
    service.start()
    pids = service.pids("slidemill-courier")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    assert resend(service, "links").status_code == 202
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    check_fresh(service, told(receiver, 3)[2]["json"])
    assert settled(service, "links", "delivered")["tries"] >= 2  # a death is a try, so that it ends some day


def s3_env(url, **more):
    return {"AWS_ENDPOINT_URL_S3": url, "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK", "S3_BUCKET": "lectures", **more}


def test_links_that_cannot_be_renewed_hold_the_callback_back(services, doubles, tmp_path):
    store = doubles("s3faults.py")
    receiver, service = owing(services, doubles, **s3_env(store.url))
    ledger(tmp_path, "UPDATE artifacts SET expires_at=1000")
    del service.env["AWS_SECRET_ACCESS_KEY"]
    service.start_unhealthy()
    assert resend(service, "links").status_code == 202
    wait_until("held back", lambda: service.events("callback_deferred", code="S3_DENIED"))
    assert service.job("links")["callback"]["state"] == "pending"
    assert service.stop() == 0
    assert len(receiver.get("log")) == 2
    service.env.update(s3_env(store.url))
    service.start()
    body = told(receiver, 3)[2]["json"]
    check_fresh(service, body)
    assert all("X-Amz-Expires=86400" in link for name, link in body["outputs"].items() if name.endswith("_url"))


def test_a_shorter_life_of_links_is_renewed_later(services, doubles, tmp_path):
    """A quarter of their life, if that is less than an hour."""
    receiver, service = owing(services, doubles, SLIDEMILL_LINK_TTL_S="600")
    for left_s, renewed in ((200, False), (140, True)):
        outdated(tmp_path, left_s)
        service.start()
        before = len(receiver.get("log"))
        assert resend(service, "links").status_code == 202
        body = told(receiver, before + 1)[-1]["body"]
        assert body.count("/stale/") == (0 if renewed else 3)
        settled(service, "links", "delivered", 1)
        assert service.stop() == 0
