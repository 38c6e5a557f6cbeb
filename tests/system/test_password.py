"""A PDF with a password: opened by those who send it, and nobody finds the password anywhere afterwards."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess

import pytest
import requests

from service import BUILD, CORPUS, ROOT

HOSTILE = CORPUS / "hostile"
CASES = ROOT / "tests" / "data" / "cases" / "pdf"
UNICODE = HOSTILE / "unicode-password.pdf"
PASSWORD = "\u1100\u0300\u1161\u0323"  # of that one, as its makers tell
WRONG = "not-the-one-but-secret-too"
FORMS = [form for text in (PASSWORD, WRONG)
         for form in (text.encode(), text.encode().hex().encode(), json.dumps(text).strip('"').encode())]


def post(service, job, path=UNICODE, **fields):
    with open(path, "rb") as pdf:
        return requests.post(service.url + "/process", timeout=30, files={"file": (path.name, pdf)},
                             data={"jobId": job, "language": "English", **fields})


def traces(service):
    """Files of the state folder, log lines and arguments in which a password stands in any form."""
    found = [str(path) for path in (service.folder / "state").rglob("*")
             if path.is_file() and any(form in path.read_bytes() for form in FORMS)]
    said = "\n".join(json.dumps(line) + json.dumps(line, ensure_ascii=False) for line in service.lines).encode()
    found += ["log" for form in FORMS if form in said]
    for pid in service.pids():
        for name in ("cmdline", "environ"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    said = file.read()
            except (OSError, ProcessLookupError):  # it has gone, or does not let itself be looked at
                continue
            found += [f"{name} of {pid}" for form in FORMS if form in said]
    return found


def kept(service):
    with sqlite3.connect(service.folder / "state" / "ledger.sqlite") as db:
        rows = db.execute("SELECT j.job, p.sealed FROM passwords p JOIN jobs j ON j.id = p.job").fetchall()
    db.close()
    return dict(rows)


def test_each_way_to_send_it(services, tmp_path):
    service = services(LOG_LEVEL="debug")
    key = "uploads/locked.pdf"
    (tmp_path / "state" / "objects" / "uploads").mkdir(parents=True)
    shutil.copy(UNICODE, tmp_path / "state" / "objects" / key)
    jobs = {"form": "completed", "key": "completed", "without": "PDF_ENCRYPTED", "wrong": "PDF_PASSWORD_WRONG",
            "empty": "PDF_ENCRYPTED"}
    answers = [post(service, "form", password=PASSWORD), service.process_key("key", key, password=PASSWORD),
               post(service, "without"), post(service, "wrong", password=WRONG), post(service, "empty", password="")]
    assert [answer.status_code for answer in answers] == [202] * 5
    for job, wanted in jobs.items():
        state = service.finish(job)
        assert (state["error"]["code"] if state["error"] else state["status"]) == wanted, (job, state)
        assert not any(form in json.dumps(state, ensure_ascii=False).encode() for form in FORMS)
    estimate = requests.post(service.url + "/estimate", json={"s3Key": key, "password": PASSWORD}, timeout=30)
    assert estimate.status_code == 200 and estimate.json()["total_slides"] == 1, estimate.text
    assert post(service, "form", password=PASSWORD).status_code == 202, "the same request is the same job"
    for other in ({"password": WRONG}, {}):
        answer = post(service, "form", **other)
        assert answer.status_code == 409 and answer.json()["code"] == "JOB_CONFLICT"
    assert len(service.events("job_accepted")) == 6
    assert kept(service) == {} and traces(service) == []


@pytest.mark.parametrize("key_lost", [False, True])
def test_a_password_outlives_the_supervisor(services, tmp_path, key_lost):
    service = services()
    for pid in service.pids("slidemill-rasterizer"):
        os.kill(pid, signal.SIGSTOP)
    assert post(service, "waiting", password=PASSWORD).status_code == 202
    assert list(kept(service)) == ["waiting"] and traces(service) == []
    service.kill_all()
    secret = tmp_path / "state" / "password.key"
    assert secret.stat().st_mode & 0o777 == 0o600
    if key_lost:
        secret.unlink()
    service.start()
    state = service.finish("waiting")
    assert (state["error"]["code"] if key_lost else state["status"]) == ("PDF_ENCRYPTED" if key_lost else "completed"), state
    assert len(service.events("password_unreadable")) == key_lost
    assert kept(service) == {} and traces(service) == []


@pytest.mark.parametrize("text, code, said", [(PASSWORD + "\nmore", 0, ""), ("\ufeff" + PASSWORD + "\r\n", 0, ""), (WRONG, 65, "PDF_PASSWORD_WRONG"),
                                              (None, 65, "--password-file"), ("", 65, "PDF_ENCRYPTED"), ("\n", 65, "PDF_ENCRYPTED"),
                                              ("x" * 300, 65, "must have at most 255 bytes")])
def test_run_takes_it_from_a_file(tmp_path, text, code, said):
    command = [BUILD / "slidemill", "run", UNICODE, "-o", "made"]
    if text is not None:
        (tmp_path / "password").write_text(text)
        command += ["--password-file", "password"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert run.returncode == code, run.stderr
    assert said in run.stderr
    assert (tmp_path / "made" / "summary.json").exists() == (code == 0)


@pytest.mark.parametrize("text", [None, "", "\n", WRONG + "\n", "master\n"])
@pytest.mark.parametrize("cipher", ["rc4-40", "rc4-128", "aes-128", "aes-256"])
def test_a_file_that_only_its_owner_may_change_opens_for_all(tmp_path, cipher, text):
    command = [BUILD / "slidemill", "run", CASES / f"owner-{cipher}.pdf", "-o", "made"]
    if text is not None:
        (tmp_path / "password").write_text(text)
        command += ["--password-file", "password"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert json.loads((tmp_path / "made" / "summary.json").read_text())["outcomes"]["explained"] == 1
