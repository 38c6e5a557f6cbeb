"""A disk whose syncs take a second: uploads are kept, and everything else goes on meanwhile.

Whether the loop waited is counted, not timed: a loop that waits answers at most once between two syncs.
"""

import concurrent.futures
import os
import pathlib
import signal
import threading

import pytest
import requests

from service import BUILD, CORPUS, wait_until

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
SYNC_MS = 1000
AT_ONCE = 3


def large_deck(path, size, number):
    """The deck with so many bytes more, which no reader looks at; each number another file."""
    deck = DECK.read_bytes()
    tail = deck[deck.rindex(b"startxref"):]
    path.write_bytes(deck + b"\n%" + f"{number:8}".encode() * (size // 8) + b"\n" + tail)
    return path


def slow_disk(tmp_path, where):
    """The environment: only files with that in their path are slow."""
    return {"LD_PRELOAD": BUILD / "libpreload.so", "SYNC_MS": SYNC_MS, "SYNC_PATH": where, "SYNC_LOG": tmp_path / "syncs"}


def syncs(tmp_path):
    log = tmp_path / "syncs"
    return log.stat().st_size if log.exists() else 0


class Asker(threading.Thread):
    """Asks /health until it is told to stop; counts the answers."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.service, self.answers, self.bad, self.done = service, 0, [], threading.Event()

    def run(self):
        session = requests.Session()
        while not self.done.is_set():
            answer = session.get(self.service.url + "/health", timeout=60)
            self.answers += 1
            if answer.status_code != 200:
                self.bad.append(answer.text)

    def stop(self):
        self.done.set()
        self.join()


def upload_all(service, decks):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as crowd:
        return [answer.status_code for answer in crowd.map(lambda n: service.upload(f"large-{n}", decks[n]), range(AT_ONCE))]


@pytest.mark.parametrize("where", ["/blobs/", "/state/"])
def test_health_is_answered_while_uploads_are_synced(services, tmp_path, where):
    """where: the blobs alone are slow, or the ledger, too."""
    decks = [large_deck(tmp_path / f"{n}.pdf", 20 << 20, n) for n in range(AT_ONCE)]
    service = services(**slow_disk(tmp_path, where))
    asker, before = Asker(service), syncs(tmp_path)
    asker.start()
    assert upload_all(service, decks) == [202] * AT_ONCE
    asker.stop()
    passed = syncs(tmp_path) - before
    assert passed >= 2 * AT_ONCE, "it was not the slow disk that was tried"
    assert asker.answers > 5 * passed, f"{asker.answers} answers in {passed} syncs"
    assert not asker.bad
    for n in range(AT_ONCE):
        assert service.finish(f"large-{n}")["status"] == "completed"
    wait_until("no blobs", lambda: not [path for path in (tmp_path / "state" / "blobs").rglob("*") if path.is_file()])


def test_another_job_goes_its_way_while_uploads_are_synced(services, tmp_path):
    """Leases and results pass by the uploads: it is complete before they are kept."""
    decks = [large_deck(tmp_path / f"{n}.pdf", 1 << 20, n) for n in range(AT_ONCE)]
    service = services(**{**slow_disk(tmp_path, "/blobs/"), "SYNC_MS": 15000})
    objects = tmp_path / "state" / "objects" / "uploads"
    objects.mkdir(parents=True)
    (objects / "deck.pdf").write_bytes(DECK.read_bytes())
    with concurrent.futures.ThreadPoolExecutor(1) as crowd:
        uploads = crowd.submit(upload_all, service, decks[:1] * AT_ONCE)
        wait_until("all are here", lambda: len(list((tmp_path / "state" / "blobs").glob(".new-*"))) == 1)
        assert service.process_key("beside", "uploads/deck.pdf").status_code == 202
        assert service.finish("beside")["status"] == "completed"
        assert not service.events("job_accepted", jobId="large-0")
        service.kill_all()
        assert uploads.exception() is not None or 202 not in uploads.result()  # nothing was promised


def test_a_202_waits_for_the_ledger(services, tmp_path):
    """It comes after a sync that began with the job in the log, and so does the answer to who asks again."""
    service = services(**slow_disk(tmp_path, "ledger.sqlite"))
    before = syncs(tmp_path)
    assert service.process_key("kept", "uploads/none.pdf").status_code == 202
    assert syncs(tmp_path) > before
    service.kill_all()
    service.start()
    assert service.finish("kept")["error"]["code"] == "S3_NOT_FOUND"


def kill_front(service):
    begun = len(service.lines)
    for pid in service.pids("slidemill-front"):
        os.kill(pid, signal.SIGKILL)
    wait_until("another front", lambda: service.event("worker_ready", begun))


def test_more_than_the_disk_takes_is_told_to_come_again(services, tmp_path):
    """Front dies with each upload that it has handed over: the next one does not know of the bytes that wait for the disk."""
    service = services(**{**slow_disk(tmp_path, "/blobs/"), "SYNC_MS": 20000}, SLIDEMILL_LIMIT_PDF_BYTES=1 << 20,
                       SLIDEMILL_THROTTLE_FIRST_MS=1, SLIDEMILL_THROTTLE_MAX_MS=1)
    for n in range(4):
        deck = large_deck(tmp_path / f"{n}.pdf", 900 << 10, n)
        with pytest.raises(requests.Timeout), open(deck, "rb") as pdf:
            requests.post(service.url + "/process", files={"file": ("deck.pdf", pdf)}, timeout=(10, 1),
                          data={"jobId": f"hasty-{n}", "language": "English", "email": ""})
        kill_front(service)
    answer = service.upload("late", DECK)
    assert answer.status_code == 503 and answer.json()["code"] == "STORAGE_BUSY", answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert service.process_key("small", "uploads/none.pdf").status_code == 202  # nothing of it goes to the blobs


def test_an_upload_is_kept_or_was_not_promised(services, tmp_path):
    """kill -9 while its bytes are synced: nothing of it is left, and the same request makes the job."""
    deck = large_deck(tmp_path / "deck.pdf", 1 << 20, 0)
    service = services(**{**slow_disk(tmp_path, "/blobs/"), "SYNC_MS": 5000})
    with concurrent.futures.ThreadPoolExecutor(1) as crowd:
        upload = crowd.submit(service.upload, "cut", deck)
        wait_until("it is written", lambda: list((tmp_path / "state" / "blobs").glob(".new-*")))
        service.kill_all()
        assert upload.exception() is not None
    for name in ("LD_PRELOAD", "SYNC_MS"):
        del service.env[name]
    service.start()
    assert requests.get(service.url + "/jobs/cut", timeout=10).status_code == 404
    wait_until("swept", lambda: not list((tmp_path / "state" / "blobs").glob(".new-*")))
    assert service.upload("cut", deck).status_code == 202
    assert service.finish("cut")["status"] == "completed"


def test_a_stop_waits_for_an_upload(services, tmp_path):
    """Who had sent it all gets the answer, and the next start has the job."""
    deck = large_deck(tmp_path / "deck.pdf", 1 << 20, 0)
    service = services(**{**slow_disk(tmp_path, "/blobs/"), "SYNC_MS": 2000})
    with concurrent.futures.ThreadPoolExecutor(1) as crowd:
        upload = crowd.submit(service.upload, "last", deck)
        wait_until("it is written", lambda: list((tmp_path / "state" / "blobs").glob(".new-*")))
        assert service.stop() == 0
        assert upload.result().status_code == 202
    service.start()
    assert service.finish("last")["status"] == "completed"


def test_the_store_of_blobs_cannot_be_written(services, tmp_path):
    """An upload that cannot be kept is refused, whatever the error; nothing else is touched."""
    service = services()
    folders = [path for path in (tmp_path / "state" / "blobs").iterdir() if path.is_dir()]
    for folder in folders:
        folder.rmdir()
    answer = service.upload("homeless", DECK)
    assert answer.status_code == 507 and answer.json()["code"] == "STORAGE_FULL", answer.text
    for folder in folders:
        pathlib.Path(folder).mkdir()
    assert service.upload("homeless", DECK).status_code == 202
    assert service.finish("homeless")["status"] == "completed"
