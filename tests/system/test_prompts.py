"""Prompts of one's own: used, told in summary.json, read again on SIGHUP, and refused while the service goes on."""

import signal

from service import CORPUS, wait_until
from test_pipeline import model_env

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
OWN = "Explain it. Write everything in {language}. Speak like a pirate.\n"


def summary_of(service, job):
    assert service.upload(job, DECK).status_code == 202
    state = service.finish(job)
    assert state["status"] == "completed", state["error"]
    return service.summary(state)


def reload(service, event, **facts):
    before = len(service.events(event, **facts))
    service.process.send_signal(signal.SIGHUP)
    wait_until(event, lambda: len(service.events(event, **facts)) > before)


def test_prompts_are_read_again_on_reload(services, doubles, tmp_path):
    folder = tmp_path / "prompts"
    folder.mkdir()
    model = doubles("model.py")
    service = services(**model_env(model), SLIDEMILL_MODEL_PROMPTS=str(folder))
    built_in = summary_of(service, "built-in")["prompt"]
    calls = model.get("stats")["calls"]
    (folder / "explain.txt").write_text(OWN)
    reload(service, "prompts_changed")
    wait_until("the other worker", lambda: len(service.pids("slidemill-vision")) == 1)
    own = summary_of(service, "own")
    assert own["prompt"] != built_in and own["outcomes"]["cached"] == 0
    assert model.get("stats")["calls"] > calls  # the same slides, but not the same question
    (folder / "explain.txt").write_text(" \n")
    reload(service, "reload_refused", parameter="model.prompts")
    assert summary_of(service, "still")["prompt"] == own["prompt"]
    reload(service, "reload_refused", parameter="model.prompts")
    (folder / "explain.txt").unlink()
    reload(service, "prompts_changed")
    assert summary_of(service, "back")["outcomes"]["explained"] == 0  # all known from the first time
