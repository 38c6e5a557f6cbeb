"""From the upload to the downloads in Chromium, through kills, wrong secrets and odd names."""

import io
import json
import os
import signal
import zipfile

import pytest
import requests

import slides
from service import wait_until
from test_pipeline import model_env

DECK = slides.pdf(*[[f"Cell part {n}", f"Part {n} of a cell keeps the cell alive in its own way."] for n in range(1, 4)])
PATIENCE = 90_000  # milliseconds


@pytest.fixture
def start(services, doubles, store, site):
    """Slidemill behind the web app; `path` and more settings as given."""

    def started(path="", latency="0.05", **env):
        model = doubles("model.py", "--latency", latency)
        service = services(**model_env(model), **store.env(), WORKER_CALLBACK_URL=site.url + "/api/worker-callback",
                           WORKER_CALLBACK_SECRET="a secret of both", SLIDEMILL_CALLBACK_FIRST_MS="200", **env)
        site.start(service.url + path)
        return service

    return started


def send(page, site, name="lecture.pdf", language="", content=DECK):
    page.goto(site.url)
    page.get_by_label("Lecture").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    page.get_by_label("Language").fill(language)
    page.get_by_role("button", name="Explain").click()
    page.locator("#status").wait_for(timeout=PATIENCE)


def until(page, status):
    page.locator("#status", has_text=status).wait_for(timeout=PATIENCE)


def downloads(page):
    return {name: requests.get(page.get_by_role("link", name=name).get_attribute("href"), timeout=30)
            for name in ("Word", "Anki", "Summary")}


def job(database):
    return database.execute("SELECT id::text, status, callbacks, total_slides FROM jobs")[0]


def deferred(service, status):
    wait_until(f"a callback is answered {status}", lambda: service.events("callback_deferred", status=status), 60)


@pytest.mark.parametrize("name", ["lecture.pdf", "Lección 1 (final)+v2.pdf", "100% räum & co #1?.pdf", "two  blanks .pdf",
                                  "محاضرة ١.pdf", "講義・第1回.pdf", "-o.pdf", "a'b\"c;d.pdf", "percent%2Fslash.pdf", "NOENDING"])
def test_from_upload_to_download(page, site, start, database, name):
    service = start()
    send(page, site, name)
    until(page, "completed")
    got = downloads(page)
    assert all(answer.status_code == 200 for answer in got.values())
    assert zipfile.ZipFile(io.BytesIO(got["Word"].content)).testzip() is None
    assert zipfile.ZipFile(io.BytesIO(got["Anki"].content)).testzip() is None
    summary = json.loads(got["Summary"].content)
    assert summary["total_slides"] == 3 and summary["language"] == "Spanish", "as the worker it replaces"
    identity, status, callbacks, total = job(database)
    assert (status, callbacks, total) == ("completed", 1, 3)
    assert service.job(identity)["callback"]["state"] == "delivered"


def test_killed_on_the_way(page, site, start, database):
    service = start(latency="0.7")
    send(page, site, language="French")
    identity = job(database)[0]
    wait_until("at work", lambda: service.job(identity)["status"] == "working")
    for program in ("slidemill-supervisor", "slidemill-front", "slidemill-rasterizer", "slidemill-courier", "slidemill-assembler"):
        for pid in service.pids(program):
            os.kill(pid, signal.SIGKILL)
    until(page, "completed")
    assert all(answer.status_code == 200 for answer in downloads(page).values())
    assert job(database)[2] == 1


def test_the_web_app_is_down_when_the_job_ends(page, site, start, database):
    service = start(latency="0.7")
    send(page, site)
    identity = job(database)[0]
    site.kill()
    assert service.finish(identity)["status"] == "completed"
    wait_until("the callback waits", lambda: service.events("callback_deferred"), 60)
    site.start(service.url)
    wait_until("completed", lambda: job(database)[1] == "completed", 60)
    assert job(database)[2] == 1


def test_two_secrets_that_differ(page, site, start, database):
    site.env["WORKER_CALLBACK_SECRET"] = "mistyped"
    service = start()
    send(page, site)
    identity = job(database)[0]
    deferred(service, 401)
    assert job(database)[1] == "pending"
    state = service.job(identity)["callback"]
    assert state["state"] == "pending" and state["last_status"] == 401
    site.kill()
    site.env["WORKER_CALLBACK_SECRET"] = "a secret of both"
    site.start(service.url)
    wait_until("completed", lambda: job(database)[1] == "completed", 120)


def test_a_failure_reaches_the_page_once_its_column_is_there(page, site, start, database):
    service = start()
    send(page, site, "notes.pdf", content=b"PK\x03\x04 this is no PDF")
    deferred(service, 500)  # the deployed app's route writes a column that its schema does not have
    assert job(database)[1] == "pending"
    database.execute("ALTER TABLE jobs ADD error_message text")
    until(page, "failed")
    assert page.locator("#reason").inner_text()
    assert database.execute("SELECT credits FROM accounts")[0][0] == 10, "the credit comes back"


@pytest.mark.parametrize("slash", ["", "/"])
def test_keys_without_a_header(page, site, start, slash):
    service = start(path="/k/sesame-7" + slash, SLIDEMILL_API_KEYS="sesame-7,other")
    send(page, site)
    until(page, "completed")
    assert requests.post(service.url + "/process", json={"jobId": "x", "s3Key": "y"}, timeout=10).status_code == 401
    assert "sesame" not in json.dumps(service.lines)


def test_a_wrong_key_is_told(page, site, start, database):
    start(path="/k/guess", SLIDEMILL_API_KEYS="sesame-7")
    page.goto(site.url)
    page.get_by_label("Lecture").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": DECK})
    page.get_by_role("button", name="Explain").click()
    page.locator("p[role=alert]", has_text="401").wait_for(timeout=PATIENCE)
    assert job(database)[1] == "pending"
