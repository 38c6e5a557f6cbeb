"""A service that looks like one in production and lacks a variable: /health names it, the work that would go wrong waits,
and nothing is lost."""

import signal

import pytest

from service import CORPUS, Service, wait_until

LECTURE = CORPUS / "lectures" / "howtosurvey-ja.pdf"


def missing(service):
    answer = service.health()
    assert answer.status_code in (200, 503)
    assert answer.json()["status"] == ("healthy" if answer.status_code == 200 else "unhealthy")
    return answer.status_code, answer.json()["missing"]


@pytest.fixture
def as_it_is(tmp_path):
    started = []

    def start(*arguments, **env):
        service = Service(tmp_path, **env)
        service.as_it_is = True
        started.append(service)
        service.start_unhealthy(*arguments)
        wait_until("its stages are ready", lambda: service.health().status_code and all(
            stage["ready"] >= stage["wanted"] for stage in service.health().json()["stages"].values()))
        return service

    yield start
    for service in started:
        service.close()


def test_a_forgotten_model_key_makes_jobs_wait(as_it_is, doubles):
    model, receiver = doubles("model.py"), doubles("receiver.py", "--secret", "s3cret")
    service = as_it_is(WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret",)
    assert missing(service) == (503, ["OPENAI_API_KEY"])
    assert service.event("variable_missing")["variable"] == "OPENAI_API_KEY"
    wait_until("ready: jobs may come", lambda: service.probe("readyz") == 200)
    assert service.upload("waits", LECTURE).status_code == 202
    wait_until("only the model is waited for", lambda: service.health().json()["queues"]["explain"] > 0)
    assert service.job("waits")["slides"]["done"] == 0
    service.env.update(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=model.url)
    assert service.stop() == 0
    service.start()
    assert service.finish("waits")["status"] == "completed" and model.get("calls")
    assert "engine" not in wait_until("the callback", lambda: receiver.get("log"))[-1]["json"]["outputs"]


def test_whoever_means_offline_says_so_and_is_told(as_it_is, doubles):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    service = as_it_is(WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret", SLIDEMILL_ENGINE="offline")
    assert missing(service) == (200, [])
    service.upload("outline", LECTURE)
    state = service.finish("outline")
    assert state["outputs"]["engine"] == "offline" and service.summary(state)["engine"] == "offline"
    assert wait_until("the callback", lambda: receiver.get("log"))[-1]["json"]["outputs"]["engine"] == "offline"


def test_a_forgotten_callback_url_makes_callbacks_wait(tmp_path, as_it_is, doubles):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    config = tmp_path / "slidemill.cfg"
    config.write_text("")
    service = as_it_is("--config", str(config), WORKER_CALLBACK_SECRET="s3cret", SLIDEMILL_ENGINE="offline")
    assert missing(service) == (503, ["WORKER_CALLBACK_URL"])
    service.upload("untold", LECTURE)
    assert service.finish("untold")["callback"]["state"] == "pending"
    config.write_text('callback = { url = "%s/callback"; };\n' % receiver.url)
    service.process.send_signal(signal.SIGHUP)
    wait_until("the callback", lambda: receiver.get("log"))
    wait_until("all is there", lambda: service.health().status_code == 200)
    assert service.job("untold")["callback"]["state"] == "delivered"


def test_aws_keys_without_a_bucket(as_it_is):
    service = as_it_is(AWS_ACCESS_KEY_ID="a", SLIDEMILL_ENGINE="offline", WORKER_CALLBACK_URL="none")
    assert missing(service) == (503, ["S3_BUCKET", "AWS_SECRET_ACCESS_KEY"])
    assert service.process_key("kept", "uploads/a.pdf").status_code == 202
    wait_until("it waits", lambda: service.health().json()["queues"]["fetch"] == 1)
    assert service.job("kept")["status"] not in ("completed", "failed")
