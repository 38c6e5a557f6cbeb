"""Nothing from outside ends a process of ours: requests, answers and files that no well-meant caller sends."""

import contextlib
import os
import re
import signal
import subprocess

import pytest
import requests

from service import BUILD, CORPUS, Service, free_port, wait_until
from test_economy import upload as upload_economy
from test_outbox import SECRET, callback_env, fail_quickly, problem, resend, settled
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
    line = service.event("state_folder_unusable")
    assert line["path"] == str(tmp_path / "file" / "deeper") and "SLIDEMILL_STORE_DIR" in line["do"]


@pytest.mark.parametrize("variable", ["SLIDEMILL_STORE_DIR", "SLIDEMILL_STATE_DIR"])
def test_a_folder_on_a_disk_that_takes_none_is_told_as_such(disks, tmp_path, variable):
    disk = disks("1m")
    (disk / "there").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    for name in ("there", "new/deeper"):
        service = Service(tmp_path, **{variable: str(disk / name)})
        with pytest.raises(AssertionError, match="it ended"):
            service.start()
        line = service.event("state_folder_unusable")
        assert line["path"] in (str(disk / name), "lock") and line["reason"] == "Read-only file system" and line["do"]


def test_a_ledger_without_room_or_sense_is_told_with_what_to_do(disks, tmp_path):
    full = Service(tmp_path, SLIDEMILL_STATE_DIR=str(disks("32k")))
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "ledger.sqlite").write_text("no database" * 100)
    for service, remedy in ((full, "free space"), (Service(tmp_path), "put back a copy")):
        with contextlib.suppress(AssertionError):  # it may listen for a moment
            service.start_unhealthy()
        assert service.process.wait(30) == 71
        assert remedy in wait_until("it is told", lambda: service.event("ledger_failed"))["do"]


# ---- limits of the system


def limited(limit, *command, **env):
    """The command under a limit of the shell's: (exit code, all that it says)."""
    done = subprocess.run(["bash", "-c", f"ulimit {limit} && exec \"$@\"", "bash", *command], timeout=120, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env})
    return done.returncode, done.stdout


@pytest.mark.parametrize("limit, told", [("-n 12", "ulimit -n"), ("-n 40", "ulimit -n"), ("-n 70", "ulimit -n"),
                                         ("-f 64", "ulimit -f"), ("-v 300000", "ulimit -v")])
def test_a_limit_that_is_too_low_is_told_by_its_name(tmp_path, limit, told):
    if limit.startswith("-v") and os.environ.get("ASAN_OPTIONS"):
        pytest.skip("a sanitizer takes all address space")
    env = {"TMPDIR": str(tmp_path), "SLIDEMILL_STATE_DIR": str(tmp_path / "state"), "PORT": str(free_port())}
    for command in ([BUILD / "slidemill", "run", DECK, "-o", tmp_path / "out"], [BUILD / "slidemill", "serve"]):
        code, said = limited(limit, *map(str, command), **env)
        assert code == 71 and told in said and "raise it" in said, said
        assert "panic" not in said and "exit code 134" not in said
    assert not list(tmp_path.glob("slidemill-run-*"))


def test_what_is_told_to_be_enough_is_enough(tmp_path):
    said = limited("-n 40", str(BUILD / "slidemill"), "run", str(DECK), "-o", str(tmp_path / "none"))[1]
    enough = re.search(r"workers take (\d+)", said).group(1)
    code, said = limited(f"-n {enough}", str(BUILD / "slidemill"), "run", str(DECK), "-o", str(tmp_path / "out"))
    assert code == 0 and (tmp_path / "out" / "lecture.docx").exists(), said
    service = Service(tmp_path, SLIDEMILL_STATE_DIR=str(tmp_path / "state"))
    service.wrapper = ["bash", "-c", f"ulimit -n {enough} && exec \"$@\"", "bash"]
    service.start()
    assert service.upload("enough", DECK).status_code == 202
    assert service.finish("enough")["status"] == "completed"
    unharmed(service)
    assert service.stop() == 0


# ---- receivers of callbacks

ODD = [{"status": status} for status in (199, 299, 300, 418, 499, 599, 600, 666, 700, 888, 999)] + [
    {"raw": text} for text in ("HTTP/1.1 000 Nothing\r\n\r\n", "HTTP/1.1 099 Low\r\n\r\n", "HTTP/1.1 1000 High\r\n\r\n",
                               "HTTP/1.1 -1 Less\r\n\r\n", "HTTP/1.1 99999999999999999999 Huge\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
                               "HTTP/1.1\r\n\r\n", "garbage\r\n\r\n", "\x00\xff\xfe\r\n\r\n", "", "HTTP/1.1 503 \xff\xfe\r\n"
                               "Retry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n")]


def test_whatever_a_receiver_answers_costs_one_try(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    service = services(**callback_env(receiver) | {"SLIDEMILL_CALLBACK_FIRST_MS": "600000",  # none is tried again meanwhile
                                                  "SLIDEMILL_CALLBACK_TIMEOUT_S": "3"})
    for i, rule in enumerate(ODD):
        receiver.post("rules", [rule])
        fail_quickly(service, f"odd-{i}")
        if rule.get("status") == 299:
            assert settled(service, f"odd-{i}", "delivered", 1)["last_status"] == 299
            continue
        wait_until(f"odd-{i} was tried", lambda: service.events("callback_deferred", jobId=f"odd-{i}"))
        deferred = service.events("callback_deferred", jobId=f"odd-{i}")[0]
        assert deferred["tries"] == 1 and deferred["status"] in (rule.get("status", 0), 503, 999, 0)  # 999: libcurl 8 of a larger one
        if rule.get("status", 0) > 299:
            assert deferred["status"] == rule["status"]
    unharmed(service)
    assert service.upload("beside", DECK).status_code == 202
    assert service.finish("beside")["status"] == "completed"
    assert service.stop() == 0


def test_a_callback_over_which_workers_die_is_given_up(services, doubles):
    receiver = doubles("receiver.py", "--secret", SECRET)
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_GIVE_UP_S="2"))
    receiver.post("rules", [{"hang_s": 60, "times": 1000}])
    fail_quickly(service, "deadly")

    def kill_couriers():
        for pid in service.pids("slidemill-courier"):
            try:
                os.kill(pid, signal.SIGABRT)
            except ProcessLookupError:
                pass
        return service.events("callback_undelivered", jobId="deadly")

    wait_until("given up", kill_couriers)
    assert service.job("deadly")["callback"]["state"] == "undelivered"
    assert service.job("deadly")["callback"]["tries"] >= 1
    assert not service.events("supervisor_ended")
