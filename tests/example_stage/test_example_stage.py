"""A service with one stage more (tests/example_stage/run): a process of its own, whose work is in the results, and which may die."""

import os
import pathlib
import re
import signal
import sys

import pytest
import requests

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))
from service import CORPUS, Service, wait_until  # noqa: E402

DECK, TITLE = CORPUS / "lectures" / "gp-bayes-beamer.pdf", "INTRODUCTION TO MACHINE LEARNING"


@pytest.fixture
def services(tmp_path):
    started = []

    def start(**env):
        started.append(Service(tmp_path, SLIDEMILL_ENGINE="offline", **env))
        return started[-1].start()

    yield start
    for service in started:
        service.close()


def worker(service):
    pids = service.pids("slidemill-example")
    assert len(pids) == 1
    return pids[0]


def figure(service, name, label):
    text = requests.get(service.url + "/metrics", timeout=30).text
    return int(re.search(rf'^slidemill_{name}{{{label}="example"}} (\d+)$', text, re.M).group(1))


def hold(service):
    """A lecture is on its way, and the stage has been given the lease, but can do nothing."""
    pid = worker(service)
    os.kill(pid, signal.SIGSTOP)
    assert service.upload("lecture-1", DECK).status_code == 202
    wait_until("it holds the lease", lambda: figure(service, "leases_held", "stage") == 1)
    return pid


def check_result(service):
    """The stage's work is in what GET /jobs and the documents say."""
    state = service.finish("lecture-1")
    assert state["status"] == "completed", state["error"]
    assert state["title"] == TITLE == service.summary(state)["title"]


def test_a_lecture_goes_through_it(services):
    service = services()
    assert service.health().json()["stages"]["example"]["ready"] == 1
    assert service.upload("lecture-1", DECK).status_code == 202
    check_result(service)
    assert figure(service, "leases_settled_total", "lane") == 1


def test_killed_with_its_lease_another_does_the_work(services):
    service = services()
    pid = hold(service)
    os.kill(pid, signal.SIGKILL)
    check_result(service)
    assert figure(service, "leases_settled_total", "lane") == 1
    assert worker(service) != pid
    assert service.health().json()["stages"]["example"]["deaths"] == {"died": 1}


def test_killed_with_all_others_the_job_goes_on(services):
    service = services()
    hold(service)
    service.kill_all()
    service.start()
    check_result(service)


def test_late_it_is_killed(services):
    """After the deadline_s of its own row."""
    service = services(SLIDEMILL_EXAMPLE_DEADLINE_S=1)
    pid = hold(service)
    check_result(service)
    assert worker(service) != pid and service.events("worker_killed", stage="example")
