"""Every broken file of the corpus goes to one running service, among healthy lectures: nobody but the file itself suffers."""

import json

import pytest
import requests

from service import CORPUS, Service, steps, wait_until

HOSTILE = CORPUS / "hostile"
HEALTHY = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
HEALTHY_PAGES = 14
EACH = 5          # a healthy lecture after so many broken files
LONGEST = 4096    # bytes of one log line
MOST_LINES = 20   # log lines of one job, besides one for each failed slide and those of our own requests
USABLE = ("explained", "cached", "text_only", "blank")


def table():
    """[(file, [alternative, ...])] of expected.tsv."""
    rows = [line.split("\t") for line in (HOSTILE / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert {row[0] for row in rows} == {path.name for path in HOSTILE.glob("*.pdf")}
    return [(name, expected.split("|")) for name, _, expected in rows]


def fits(state, alternative):
    """Whether a job ended as `ok:N`, `ok:N/K` or `fail:CODE` says."""
    kind, _, fact = alternative.partition(":")
    if kind == "fail":
        return state["status"] == "failed" and state["error"]["code"] == fact
    pages, _, least = fact.partition("/")
    if state["status"] == "failed":  # not one of its pages came out, and none had to
        return least == "0" and state["error"]["code"] == "ALL_SLIDES_FAILED" and state["slides"]["failed"] == int(pages)
    usable = sum(state["slides"][outcome] for outcome in USABLE) + state["reasons"].get("BUILD_UP", 0)
    return state["status"] == "completed" and state["total_slides"] == int(pages) and usable >= int(least or pages)


def check_counts(service, state):
    if state["status"] != "completed":
        assert state["error"]["message"]
        return
    summary = service.summary(state)
    assert sum(summary["outcomes"].values()) == state["total_slides"] == len(summary["slides"])
    assert all(slide["reason"]["code"] for slide in summary["slides"] if slide["outcome"] == "failed")
    assert all(summary["slides"][full - 1]["outcome"] in USABLE for full in steps(summary).values())


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """(service that was sent the whole table, {job: what it expects})"""
    service = Service(tmp_path_factory.mktemp("hostile")).start()
    languages = iter(["English", "Spanish", "German", "French", "Italian"])
    jobs = {}
    try:
        for i, (name, expected) in enumerate(table()):
            if i % EACH == 0:
                jobs[f"healthy-{i}"] = [f"ok:{HEALTHY_PAGES}"]
                assert service.upload(f"healthy-{i}", HEALTHY, next(languages)).status_code == 202
            job = "broken-" + name.removesuffix(".pdf")
            jobs[job] = expected
            assert service.upload(job, HOSTILE / name).status_code == 202
        yield service, jobs
    finally:
        service.close()


def watch(service, jobs):
    """All states, when all have ended; the service is healthy at every look."""
    def all_ended():
        health = requests.get(service.url + "/health", timeout=5)
        assert health.status_code == 200, health.text
        states = {job: service.job(job) for job in jobs}
        return states if all(state["status"] in ("completed", "failed") for state in states.values()) else None
    return wait_until("every job ended", all_ended)


def test_each_broken_file_ends_as_the_table_says(crowd):
    service, jobs = crowd
    states = watch(service, jobs)
    wrong = {job: (expected, states[job]["status"], states[job]["error"], states[job]["slides"])
             for job, expected in jobs.items() if not any(fits(states[job], one) for one in expected)}
    assert not wrong, json.dumps(wrong, indent=1)
    for state in states.values():
        check_counts(service, state)


def test_the_service_itself_took_no_harm(crowd):
    service, jobs = crowd
    watch(service, jobs)
    assert not service.events("supervisor_ended")
    ended = service.events("worker_ended")
    assert not [line for line in ended if line["stage"] != "rasterizer"], ended
    assert not service.events("worker_killed"), "a page was not given up in its time"
    assert not [line for line in service.lines if line.get("level") == "error"]
    assert service.upload("afterwards", HEALTHY, "Japanese").status_code == 202
    assert service.finish("afterwards")["status"] == "completed"


def test_the_log_stays_bounded_and_readable(crowd):
    service, jobs = crowd
    states = watch(service, jobs)
    assert not service.events("not_json")
    assert max(len(json.dumps(line, ensure_ascii=False).encode()) for line in service.lines) <= LONGEST
    for job in jobs:
        lines = [line for line in service.lines if line.get("jobId") == job and line["proc"] != "front"]
        assert len(lines) <= MOST_LINES + (states[job]["slides"]["failed"] or 0), (job, lines)
    assert service.stop() == 0
