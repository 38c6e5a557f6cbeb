"""A worker that strangers' bytes have taken over says what is not its to say: it is killed, and nothing comes of it.

The table of who may say what is tests/unit/supervisor/process/test_sender.c; here tests/doubles/worker.c stands among real processes.
"""

import json
import shutil
import sqlite3

import pytest

from service import BUILD, CORPUS, Service, needed, wait_until
from test_economy import upload as upload_economy
from test_pipeline import check_outputs, model_env

DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
PAGES = 14


@pytest.fixture
def taken_over(tmp_path):
    """A service in whose stead of one worker of that kind strangers speak, until they have said their lines."""
    services = []

    def start(kind, **env):
        folder = tmp_path / "programs"
        (folder / "real").mkdir(parents=True)
        for program in BUILD.glob("slidemill*"):
            if program.is_file():
                shutil.copy(program, folder / program.name)
                shutil.copy(program, folder / "real" / program.name)
        shutil.copy(BUILD / "tests" / "worker_double", folder / f"slidemill-{kind}")
        service = Service(tmp_path, **env)
        service.build = folder
        services.append(service)
        service.start_unhealthy()
        wait_until("it says HELLO", lambda: service.events("worker_ready", stage=kind))
        return service

    yield start
    for service in services:
        service.close()


def say(service, *lines):
    hidden = service.build / "script.new"
    hidden.write_text("".join(f"{line}\n" for line in lines))
    hidden.rename(service.build / "script")


def refused(service, kind, message, reason):
    """It is told, the worker is killed, and the real one takes its place."""
    line = wait_until("refused", lambda: service.events("message_refused", stage=kind))[0]
    assert (line["message"], line["slot"]) == (message, 0) and reason in line["reason"], line
    wait_until("killed", lambda: service.events("worker_ended", stage=kind, generation=line["generation"]))
    wait_until("replaced", lambda: [ready for ready in service.events("worker_ready", stage=kind, slot=0)
                                    if ready["generation"] > line["generation"]])
    wait_until("healthy", lambda: service.health().status_code == 200)
    assert not service.events("supervisor_ended") and not service.events("panic")


def rows(tmp_path, statement):
    with sqlite3.connect(f"file:{tmp_path / 'state' / 'ledger.sqlite'}?mode=ro", uri=True) as db:
        found = db.execute(statement).fetchall()
    db.close()
    return found


def explained_before(services, doubles, tmp_path):
    """A lecture that was explained by an earlier service; what it learned is forgotten. The lease of one of its slides."""
    model = doubles("model.py")
    service = services(**model_env(model))
    assert service.upload("first", DECK).status_code == 202
    check_outputs(service, service.finish("first"), PAGES)
    assert service.stop() == 0
    with sqlite3.connect(tmp_path / "state" / "ledger.sqlite") as db:
        assert db.execute("DELETE FROM cache").rowcount > 0
    db.close()
    return model, rows(tmp_path, "SELECT lease FROM attempts WHERE lane='explain' AND answers != ''")[0][0]


POISON = json.dumps({"title": "poison", "explanation": "poison", "short_summary": "poison", "key_points": ["poison"]})


@pytest.mark.parametrize("kind, reason", [("rasterizer", "not for this kind"), ("courier", "not for this kind"),
                                          ("assembler", "not for this kind"), ("vision", "lease of its own")])
def test_nobody_answers_for_anothers_lease(services, doubles, taken_over, tmp_path, kind, reason):
    model, lease = explained_before(services, doubles, tmp_path)
    service = taken_over(kind, **model_env(model))
    say(service, f"EXPLAINED {lease} {POISON}", f"EXPLAINED {lease} {POISON}")
    refused(service, kind, "EXPLAINED", reason)
    assert rows(tmp_path, "SELECT * FROM cache") == []
    assert service.upload("second", DECK).status_code == 202
    assert "poison" not in json.dumps(check_outputs(service, service.finish("second"), PAGES))
    assert not [row for row in rows(tmp_path, "SELECT answer FROM cache") if "poison" in row[0]]


def test_nobody_settles_the_calls_of_others(doubles, taken_over, tmp_path):
    model = doubles("model.py", "--latency", "5")
    service = taken_over("vision", **model_env(model, SLIDEMILL_VISION_COUNT="2", SLIDEMILL_MODEL_OVERVIEW="0"))
    evil = wait_until("it is ready", lambda: service.events("worker_ready", stage="vision", slot=0))[0]["generation"]
    wait_until("the other is ready", lambda: service.events("worker_ready", stage="vision", slot=1))
    assert service.upload("theirs", DECK).status_code == 202
    lease = wait_until("leased to the other", lambda: rows(
        tmp_path, f"SELECT lease FROM attempts WHERE lane='explain' AND ended_ms IS NULL AND generation != {evil}"))[0][0]
    say(service, f"CALLED {lease}")
    refused(service, "vision", "CALLED", "lease of its own")
    summary = check_outputs(service, service.finish("theirs"), PAGES)
    assert service.job("theirs")["usage"]["calls"] == model.get("stats")["calls"] == needed(summary)


def test_front_teaches_nothing(taken_over, tmp_path):
    service = taken_over("front")
    say(service, "LEARNED 0")
    refused(service, "front", "LEARNED", "not for this kind")
    assert not [row for row in rows(tmp_path, "SELECT value FROM notes") if "evil" in row[0]]
    assert service.stop() == 0


@pytest.mark.parametrize("message", ["STATE 0", "HOLDING own"])
def test_a_worker_of_our_own_has_no_state_to_declare(doubles, taken_over, message):
    model = doubles("model.py")
    service = taken_over("vision", **model_env(model))
    assert service.upload("held", DECK).status_code == 202
    wait_until("it holds a slide", lambda: service.health().json()["queues"] and service.job("held")["status"] == "working")
    say(service, message.replace("own", "12345"))
    refused(service, "vision", message.split()[0], "not at this time of its life")
    check_outputs(service, service.finish("held"), PAGES)


ODD_BATCHES = ["[]", "not JSON", "{}", '[{"slide": 1}]', '[{"slide": 9999, "answer": {}}, {"slide": -1}, {"slide": "x"}, [], 7, null]',
               '[{"slide": 1, "answer": "text", "outcome": null}, {"slide": 1, "code": 5, "input_tokens": -9, "output_tokens": 1e300}]',
               '[{"slide": 2, "answer": [], "model": 3, "input_tokens": 9223372036854775807, "output_tokens": 9223372036854775807}]']


@pytest.mark.parametrize("said", ODD_BATCHES)
def test_whatever_a_batch_is_said_to_hold_its_slides_are_explained(doubles, taken_over, said):
    model = doubles("model.py")
    service = taken_over("vision", **model_env(model, SLIDEMILL_ECONOMY_POLL_S="1", SLIDEMILL_MODEL_OVERVIEW="0"))
    assert upload_economy(service, "odd").status_code == 202
    say(service, "BATCHED own", f"POLLED own {said}", "EXIT")
    summary = check_outputs(service, service.finish("odd"), 15)
    assert summary["outcomes"]["failed"] == 0
    assert not service.events("supervisor_ended") and not service.events("panic")


ODD_LEFT_OUT = [5, ["card", 7, None, {}], [{"what": "card", "count": 1}, {"what": "card", "reason": None, "count": 1}],
                [{"what": "card", "reason": "no_front", "count": 2 ** 63 - 1}] * 2, [{"what": "card", "reason": "", "count": "x"}]]


def test_whatever_an_answer_says_it_left_out_its_job_can_be_asked_for(doubles, taken_over):
    model = doubles("model.py")
    service = taken_over("vision", **model_env(model, SLIDEMILL_MODEL_OVERVIEW="0"))
    assert service.upload("odd", DECK).status_code == 202
    answers = [json.dumps({"title": "Title", "explanation": ["Text."], "key_points": [], "connections": "", "short_summary": "",
                           "anki_cards": [], "left_out": odd}) for odd in ODD_LEFT_OUT]
    say(service, *(f"EXPLAINED own {answer}" for answer in answers), "EXIT")
    wait_until("it has ended", lambda: service.job("odd")["status"] in ("completed", "failed"))
    assert service.job("odd")["status"] == "completed", service.job("odd")["error"]
    assert not service.events("supervisor_ended") and not service.events("panic")


@pytest.mark.parametrize("said", ["no JSON", "[]", r'{"title": "\ud800"}'])
def test_what_is_no_answer_is_not_taken_for_one(doubles, taken_over, tmp_path, said):
    model = doubles("model.py")
    service = taken_over("vision", **model_env(model, SLIDEMILL_MODEL_OVERVIEW="0"))
    assert service.upload("odd", DECK).status_code == 202
    say(service, f"EXPLAINED own {said}")
    wait_until("it is told", lambda: service.events("result_unexpected", message="EXPLAINED"))
    check_outputs(service, service.finish("odd"), PAGES)
    assert all(isinstance(json.loads(row[0]), dict) for row in rows(tmp_path, "SELECT answer FROM cache"))
    assert not service.events("supervisor_ended") and not service.events("panic")
