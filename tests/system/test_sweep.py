"""What is old goes, what is needed stays, and nobody who dies leaves anything behind."""

import os
import resource
import signal
import sqlite3

import requests

from service import CORPUS, wait_until
from test_drain import DECK, PAGES
from test_outbox import SECRET, callback_env, fail_quickly, ledger, settled
from test_pipeline import check_outputs, model_env


def status_of(service, job):
    return requests.get(f"{service.url}/jobs/{job}", timeout=30).status_code


def gone(service, job):
    wait_until(f"{job} swept", lambda: status_of(service, job) == 404)


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# ---- retention


def test_an_old_job_goes_and_its_results_stay(services, tmp_path):
    service = services(SLIDEMILL_RETENTION_JOBS_S="2")
    assert service.upload("old", DECK).status_code == 202
    links = service.finish("old")["outputs"]
    gone(service, "old")
    answer = requests.get(f"{service.url}/jobs/old", timeout=30)
    assert answer.json()["code"] == "JOB_NOT_FOUND"
    assert requests.get(service.url + "/jobs", timeout=30).json()["jobs"] == []
    assert requests.get(links["docx_url"], timeout=30).status_code == 200
    assert len(files_below(tmp_path / "state" / "objects" / "outputs" / "old")) == 3
    assert service.upload("old", DECK, "German").status_code == 202  # the id is free
    check_outputs(service, service.finish("old"), PAGES)
    gone(service, "old")
    assert service.stop() == 0
    for table in ("jobs", "slides", "artifacts", "outbox"):
        assert ledger(tmp_path, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert service.events("retention_swept")


def test_a_job_whose_callback_is_owed_stays(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503}])
    service = services(**callback_env(receiver, SLIDEMILL_RETENTION_JOBS_S="1", SLIDEMILL_CALLBACK_FIRST_MS="600000"))
    fail_quickly(service, "owes")
    settled(service, "owes", "pending", 1)
    del service.env["WORKER_CALLBACK_URL"]  # the next ones owe nothing
    assert service.stop() == 0
    service.start()
    for i in range(3):
        fail_quickly(service, f"told-{i}")
        gone(service, f"told-{i}")
    assert status_of(service, "owes") == 200


def test_old_answers_are_asked_for_again(services, doubles, tmp_path):
    model = doubles("model.py")
    service = services(**model_env(model))
    service.upload("first", DECK)
    service.finish("first")
    paid, overviews = model.get("stats")["calls"], model.get("stats")["overviews"]
    assert (paid, overviews) == (PAGES, 1) and service.stop() == 0
    ledger(tmp_path, "UPDATE cache SET created_ms = created_ms - 181 * 86400000")
    service.start()
    wait_until("swept", lambda: service.events("retention_swept"))
    assert service.events("retention_swept")[0]["answers"] == paid + overviews
    service.upload("second", DECK)
    check_outputs(service, service.finish("second"), PAGES)
    stats = model.get("stats")
    assert (stats["calls"], stats["overviews"]) == (2 * paid, 2 * overviews)


def test_attempts_do_not_pile_up(services, tmp_path):
    service = services()
    service.upload("ended", DECK)
    service.finish("ended")
    assert service.stop() == 0
    assert ledger(tmp_path, "SELECT count(*) FROM attempts")[0][0] > PAGES
    ledger(tmp_path, "UPDATE attempts SET ended_ms = ended_ms - 3600001")
    service.start()
    wait_until("swept", lambda: service.events("retention_swept"))
    assert service.stop() == 0
    assert ledger(tmp_path, "SELECT count(*) FROM attempts") == [(0,)]


def test_thousands_of_old_jobs_go_beside_the_work(services, tmp_path):
    """Old rows made by hand; while they go, questions are answered and a lecture is finished."""
    service = services()
    service.upload("real", DECK)
    service.finish("real")
    assert service.stop() == 0
    with sqlite3.connect(tmp_path / "state" / "ledger.sqlite") as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(jobs)") if row[1] not in ("id", "job", "updated_ms")]
        names = ", ".join(columns)
        db.execute(f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                   f"INSERT INTO jobs(job, updated_ms, {names}) SELECT 'old-' || i, i, {names} FROM n, jobs WHERE job = 'real'")
        db.execute("INSERT INTO slides(job, slide, outcome, answer) SELECT j.id, s.slide, s.outcome, s.answer FROM jobs j, "
                   "slides s WHERE j.job LIKE 'old-%' AND s.job = (SELECT id FROM jobs WHERE job = 'real')")
    db.close()
    service.start()
    assert service.upload("beside", CORPUS / "lectures" / "uebersetzer-de.pdf").status_code == 202
    check_outputs(service, service.finish("beside"), 15)
    wait_until("swept", lambda: service.events("retention_swept", jobs=3000))
    assert status_of(service, "old-1") == status_of(service, "old-3000") == 404
    assert status_of(service, "real") == 200


# ---- nothing is left behind


def test_a_courier_that_cannot_write_leaves_no_file(services, tmp_path):
    """A file may grow to 1,000 bytes only: the write fails in the middle. Killed then, too, it leaves nothing."""
    service = services(SLIDEMILL_THROTTLE_FIRST_MS="1000")
    couriers = service.pids("slidemill-courier")
    for pid in couriers:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1000, 1000))
    assert service.upload("cut", DECK).status_code == 202
    failed = wait_until("a write failed", lambda: service.event("transfer_failed"))
    assert failed["code"] == "S3_UNAVAILABLE" and "File too large" in failed["reason"], failed
    assert files_below(tmp_path / "state" / "objects") == []
    for pid in couriers:
        os.kill(pid, signal.SIGKILL)
    check_outputs(service, service.finish("cut"), PAGES)
    assert len(files_below(tmp_path / "state" / "objects")) == 3


def test_a_start_removes_what_the_dead_left(services, tmp_path):
    service = services()
    service.upload("killed", DECK)
    wait_until("some blobs", lambda: files_below(tmp_path / "state" / "blobs"))
    service.kill_all()
    blobs, run = tmp_path / "state" / "blobs", tmp_path / "state" / "run"
    (blobs / ".new-7").write_bytes(b"half a page")
    (blobs / "ab").mkdir(exist_ok=True)
    (blobs / "ab" / ("ab" + 62 * "0")).write_bytes(b"nobody's")
    (run / "rasterizer-0-99.tasks").write_bytes(b"")
    service.start()
    check_outputs(service, service.finish("killed"), PAGES)
    wait_until("no blob", lambda: files_below(blobs) == [])
    assert not (run / "rasterizer-0-99.tasks").exists()
    assert service.stop() == 0
    assert list(run.iterdir()) == []
    assert not [pid for pid in service.pids() if os.path.exists(f"/proc/{pid}/exe")]
