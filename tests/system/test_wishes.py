"""What a request says of a lecture beside its PDF: metadata that comes back, an earlier run whose cards keep their names."""

import hashlib
import json
import os
import signal
import subprocess

import pytest
import requests

from service import BUILD, CORPUS, wait_until
from test_outbox import callback_env, ledger, problem, told
from test_pipeline import check_outputs

SHORT = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
METADATA = {"course": "CS 240", "lecture": "Überblick \"T\"", "week": "3", "key": "cs240-t"}


def upload(service, job, path=SHORT, key=None, **wishes):
    data = {"jobId": job, **{name: value if isinstance(value, str) else json.dumps(value) for name, value in wishes.items()}}
    with open(path, "rb") as pdf:
        return requests.post(service.url + "/process", timeout=60, files={"file": (path.name, pdf)}, data=data,
                             headers={"Authorization": f"Bearer {key}"} if key else {})


def summary_of(service, job):
    return service.summary(service.finish(job))


def test_metadata_comes_back(services, doubles):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    service = services(**callback_env(receiver))
    assert upload(service, "with", metadata=METADATA).status_code == 202
    service.finish("with")
    assert upload(service, "without").status_code == 202
    service.finish("without")
    assert list(service.job("with")["metadata"].items()) == list(METADATA.items())
    assert "metadata" not in service.job("without")
    bodies = {entry["json"]["jobId"]: entry["json"] for entry in told(receiver, 2)}
    assert list(bodies["with"]["metadata"].items()) == list(METADATA.items())
    assert list(bodies["without"]) == ["jobId", "status", "outputs", "usage", "secret"]


def test_other_wishes_are_another_request(services):
    service = services()
    assert upload(service, "one", metadata=METADATA).status_code == 202
    assert upload(service, "one", metadata=METADATA).status_code == 202
    for wishes in ({}, {"metadata": {**METADATA, "week": "4"}}, {"metadata": METADATA, "previous": "zero"},
                   {"metadata": METADATA, "instructions": "For beginners."}):
        problem(upload(service, "one", **wishes), 409, "JOB_CONFLICT")


@pytest.fixture
def decided(services, tmp_path):
    """A service whose jobs have all ended, with one that can be named as the previous run of others."""
    service = services(SLIDEMILL_API_KEYS="me:mine,them:theirs")
    assert upload(service, "first", key="mine").status_code == 202
    return service


def ended(service, job, key="mine"):
    def state():
        answer = requests.get(f"{service.url}/jobs/{job}", headers={"Authorization": f"Bearer {key}"}, timeout=10).json()
        return answer if answer["status"] in ("completed", "failed") else None
    return wait_until(f"{job} ended", state)


def test_the_previous_run_is_read(decided, tmp_path):
    first = decided.summary(ended(decided, "first"))
    assert "previous" not in first
    assert upload(decided, "second", key="mine", previous="first").status_code == 202
    second = decided.summary(ended(decided, "second"))
    assert second["previous"] == {"jobId": "first", "used": True}
    assert [card["guid"] for card in second["anki_cards"]] == [card["guid"] for card in first["anki_cards"]]
    assert upload(decided, "third", key="theirs", previous="first").status_code == 202
    assert upload(decided, "fourth", key="theirs", previous="never").status_code == 202
    third, fourth = (decided.summary(ended(decided, job, "theirs"))["previous"] for job in ("third", "fourth"))
    assert third == {"jobId": "first", "used": False, "reason": fourth["reason"]}, "of others' jobs nothing is seen"


@pytest.mark.parametrize("text, reason", [
    (None, "the store has no summary.json of that job"), (b"<html>", "it is not JSON"), (b"", "it is not JSON"),
    (b"{}", "it is not a summary.json of Slidemill"),
    (b'{"schema_version":2,"jobId":"other","anki_cards":[]}', "it is the summary.json of another job")])
def test_a_previous_run_that_is_of_no_use_stops_nothing(services, tmp_path, text, reason):
    if text is not None:
        folder = tmp_path / "state" / "objects" / "outputs" / "gone"
        folder.mkdir(parents=True)
        (folder / "summary.json").write_bytes(text)
    service = services()
    assert upload(service, "next", previous="gone").status_code == 202
    summary = check_outputs(service, service.finish("next"), 14)
    assert summary["previous"] == {"jobId": "gone", "used": False, "reason": reason}
    assert not service.events("job_failed") and not [line for line in service.lines if line.get("level") == "error"]


def tell(service, program, what):
    for pid in service.pids(program):
        os.kill(pid, what)


def test_kill_9_while_the_previous_run_is_fetched(services, tmp_path):
    service = services()
    assert upload(service, "first").status_code == 202
    first = summary_of(service, "first")
    tell(service, "slidemill-courier", signal.SIGSTOP)
    assert upload(service, "second", previous="first").status_code == 202
    wait_until("assembling", lambda: service.job("second")["status"] == "assembling")
    service.kill_all()
    service.start()
    assert summary_of(service, "second")["previous"] == {"jobId": "first", "used": True}
    second = summary_of(service, "second")
    assert [card["guid"] for card in second["anki_cards"]] == [card["guid"] for card in first["anki_cards"]]
    wait_until("no blobs", lambda: not [path for path in (tmp_path / "state" / "blobs").rglob("*") if path.is_file()])
    assert service.stop() == 0
    assert ledger(tmp_path, "SELECT count(*) FROM attempts WHERE lane = 'previous' AND outcome = 'done'") == [(1,)]


LINKS = {"md_url": "text/markdown; charset=utf-8", "html_url": "text/html; charset=utf-8",
         "tsv_url": "text/tab-separated-values; charset=utf-8"}


def bytes_of(service, state):
    return {name: service.output(state, name) for name in state["outputs"] if name.endswith("_url")}


def test_what_else_is_made_is_made_on_request(services, doubles, tmp_path):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    service = services(**callback_env(receiver))
    for job, outputs in (("all", "md,html,tsv"), ("one", "html,docx"), ("none", "summary,docx,apkg")):
        assert upload(service, job, outputs=outputs).status_code == 202
    states = {job: service.finish(job) for job in ("all", "one", "none")}
    always = {"summary_json_url", "docx_url", "anki_url", "total_slides", "engine"}  # without a model, it says so
    assert states["all"]["outputs"].keys() == always | LINKS.keys()
    assert states["one"]["outputs"].keys() == always | {"html_url"} and states["none"]["outputs"].keys() == always
    for entry in told(receiver, 3):
        job = entry["json"]["jobId"]
        assert {**entry["json"]["outputs"], "slides": None} == {**states[job]["outputs"], "slides": None}
    for name, kind in LINKS.items():
        answer = requests.get(states["all"]["outputs"][name], timeout=10)
        assert answer.headers["Content-Type"] == kind and answer.headers["Content-Disposition"].startswith("attachment")
    made = bytes_of(service, states["all"])
    assert made["md_url"].startswith(b"---\n") and made["html_url"].startswith(b"<!DOCTYPE html>")
    assert made["tsv_url"].startswith(b"#separator:tab\n") and made["html_url"] == bytes_of(service, states["one"])["html_url"]
    problem(upload(service, "bad", outputs="md,pptx"), 422, "INVALID_VALUE")
    problem(upload(service, "all", outputs="md,html"), 409, "JOB_CONFLICT")


def test_kill_9_makes_all_outputs_again_as_they_were(services, tmp_path):
    """Their files are lost, and so is the summary of the previous run, which is fetched again."""
    service = services()
    assert upload(service, "first").status_code == 202
    service.finish("first")
    tell(service, "slidemill-assembler", signal.SIGSTOP)
    assert upload(service, "torn", outputs="md,html,tsv", metadata=METADATA, previous="first").status_code == 202
    fetched = "SELECT previous_sha FROM jobs WHERE job = 'torn' AND previous_sha != ''"
    ((previous,),) = wait_until("the previous run is here", lambda: ledger(tmp_path, fetched))
    tell(service, "slidemill-courier", signal.SIGSTOP)
    tell(service, "slidemill-assembler", signal.SIGCONT)
    wait_until("storing", lambda: service.job("torn")["status"] == "storing")
    service.kill_all()
    rows = ledger(tmp_path, "SELECT n, sha FROM artifacts WHERE job = (SELECT id FROM jobs WHERE job = 'torn') ORDER BY n")
    assert [n for n, _ in rows] == [0, 1, 2, 3, 4, 5]
    for sha in [previous, *(sha for _, sha in rows[3:])]:
        (tmp_path / "state" / "blobs" / sha[:2] / sha).unlink()
    service.start()
    made = bytes_of(service, service.finish("torn"))
    assert len(made) == 6 and sorted(hashlib.sha256(text).hexdigest() for text in made.values()) == sorted(sha for _, sha in rows)
    assert json.loads(made["summary_json_url"])["previous"] == {"jobId": "first", "used": True}
    wait_until("no blobs", lambda: not [path for path in (tmp_path / "state" / "blobs").rglob("*") if path.is_file()])


def test_links_to_all_outputs_are_renewed(services, doubles, tmp_path):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    receiver.post("rules", [{"status": 503}])
    service = services(**callback_env(receiver, SLIDEMILL_CALLBACK_FIRST_MS="600000"))
    assert upload(service, "links", outputs="md,html,tsv").status_code == 202
    service.finish("links")
    wait_until("a first try", lambda: service.job("links")["callback"]["tries"] == 1)
    service.kill_all()
    ledger(tmp_path, "UPDATE artifacts SET url='http://old/stale/', expires_at=1000")
    ledger(tmp_path, "UPDATE outbox SET next_ms=1000")
    service.start()
    body = told(receiver, 2)[1]["json"]
    assert all(requests.get(url, timeout=10).status_code == 200 for name, url in body["outputs"].items() if name.endswith("_url"))
    assert LINKS.keys() <= body["outputs"].keys()


def test_run_names_the_lecture_and_takes_its_previous_run(tmp_path):
    def run(folder, *options):
        subprocess.run([BUILD / "slidemill", "run", SHORT, "-o", folder, *options], check=True, timeout=90, cwd=tmp_path,
                       env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}, capture_output=True)
        return json.loads((tmp_path / folder / "summary.json").read_text())

    first = run("one", "--course", "CS 240", "--lecture", "T diagrams")
    second = run("two", "--lecture", "T diagrams", "--previous", "one/summary.json", "--outputs", "html,md,tsv")
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["lecture.apkg", "lecture.docx", "summary.json"]
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == [
        "cards.tsv", "lecture.apkg", "lecture.docx", "lecture.html", "lecture.md", "summary.json"]
    assert "# T diagrams\n" in (tmp_path / "two" / "lecture.md").read_text()
    assert second["previous"] == {"jobId": first["jobId"], "used": True}
    assert [c["guid"] for c in second["anki_cards"]] == [c["guid"] for c in first["anki_cards"]]
    (tmp_path / "empty.json").touch()
    assert run("three", "--previous", "empty.json")["previous"]["reason"] == "it is not JSON"
