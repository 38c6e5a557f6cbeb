"""API keys of a whole service: rotated by reload, each with its own share of the queue."""

import signal
import socket

import pytest
import requests

from service import Service, wait_until


@pytest.fixture
def up(tmp_path):
    """A service whose store never answers, so that its jobs stay open."""
    store = socket.create_server(("127.0.0.1", 0), backlog=64)
    (tmp_path / "keys").write_text("web:old-key\n")
    service = Service(tmp_path, SLIDEMILL_API_KEYS_FILE=tmp_path / "keys", SLIDEMILL_LIMIT_KEY_JOBS_OPEN=2, S3_BUCKET="b",
                      AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{store.getsockname()[1]}", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="s",
                      SLIDEMILL_DRAIN_S=0)
    yield service
    service.stop()
    store.close()


def post(up, key, job):
    body = {"jobId": job, "s3Key": "a.pdf", "email": "", "language": "English"}
    answer = requests.post(f"{up.url}/process", json=body, headers={"Authorization": "Bearer " + key}, timeout=30)
    return answer.json().get("code", answer.status_code)


def rotate(up, keys):
    (up.folder / "keys").write_text(keys)
    up.process.send_signal(signal.SIGHUP)


def test_keys_are_rotated_and_have_their_share(up):
    up.start()
    assert [post(up, "old-key", job) for job in ("j1", "j2", "j3", "j1")] == [202, 202, "KEY_QUEUE_FULL", 202]
    assert post(up, "new-key", "j4") == "UNAUTHORIZED"
    rotate(up, "web:old-key,lab:new-key")
    wait_until("the new key is known", lambda: post(up, "new-key", "j4") == 202, 20)
    assert [post(up, "new-key", job) for job in ("j5", "j6")] == [202, "KEY_QUEUE_FULL"]
    rotate(up, "lab:new-key")
    wait_until("the old key is refused", lambda: post(up, "old-key", "j7") == "UNAUTHORIZED", 20)
    up.kill_all()
    up.start()
    assert post(up, "new-key", "j6") == "KEY_QUEUE_FULL", "what was open is counted again"
    lines = str(up.lines)
    assert "old-key" not in lines and "new-key" not in lines
    assert len({line["client"] for line in up.lines if line["event"] == "job_accepted"}) == 2
