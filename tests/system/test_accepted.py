"""What is wrong with a request is told by the job's callback: a web app that was refused would keep its row pending for ever."""

import pytest

from service import CORPUS, wait_until

LECTURE = CORPUS / "lectures" / "howtosurvey-ja.pdf"


def told(receiver, job):
    return wait_until(f"the callback of {job}", lambda: next((got["json"] for got in receiver.get("log") if got["json"]["jobId"] == job), None))


@pytest.fixture
def service(services, doubles):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    service = services(WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret")
    service.receiver = receiver
    return service


@pytest.mark.parametrize("key, code, words", [
    ("//a.pdf", "S3_NOT_FOUND", "local store"), ("/a.pdf", "S3_NOT_FOUND", "local store"), ("a.pdf/", "S3_NOT_FOUND", "local store"),
    ("a/./b.pdf", "S3_NOT_FOUND", "local store"), ("a\tb.pdf", "S3_NOT_FOUND", "local store"), ("../../etc/passwd", "S3_NOT_FOUND", "local store"),
    ("x" * 1024, "S3_ERROR", "local store"), ("gone.pdf", "S3_NOT_FOUND", "local store"), ("", "REQUEST_INVALID", "s3Key"),
    ("x" * 1025, "REQUEST_INVALID", "s3Key"), ("a\0b", "REQUEST_INVALID", "s3Key"), (None, "REQUEST_INVALID", "s3Key")],
    ids=lambda value: repr(value)[:20])
def test_an_odd_key_fails_by_callback(service, key, code, words):
    assert service.process_key("Odd-1", key).status_code == 202
    body = told(service.receiver, "Odd-1")
    assert body["status"] == "failed" and body["error"]["code"] == code and words in body["error"]["message"]
    state = service.finish("Odd-1")
    assert state["error"] == body["error"] and "remark" not in state
    assert service.process_key("Odd-1", key).status_code == 202, "the same request is the same job"


def test_odd_fields_are_told_in_the_results(service):
    store = service.folder / "state" / "objects"
    wait_until("the store", store.is_dir)
    (store / "a.pdf").write_bytes(LECTURE.read_bytes())
    assert service.process_key("j", "a.pdf", language={"a": 1}, email=5).status_code == 202
    state = service.finish("j")
    assert state["status"] == "completed" and state["language"] == "Spanish"
    assert "language was not understood" in state["remark"] and "email was left out" in state["remark"]
    assert service.summary(state)["remark"] == state["remark"] and told(service.receiver, "j")["status"] == "completed"
