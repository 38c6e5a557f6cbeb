"""Answers of the model's API as real servers send them (tests/data/cases/model), through `slidemill run`."""

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import slides
from service import BUILD, ROOT, wait_until

CASES = ROOT / "tests" / "data" / "cases" / "model"
GOOD = {"title": "Cell membranes", "kind": "content", "explanation": ["The membrane is a bilayer of lipids."],
        "key_points": ["Bilayer of lipids"], "connections": "", "short_summary": "What a membrane is made of.", "labels": [],
        "anki_cards": [{"concept": "membrane", "front": "What is a membrane made of?", "back": "A bilayer of lipids."}]}
TOPICS = ["Cell membranes", "Mitochondria", "Ribosomes", "Golgi apparatus", "Nucleus", "Lysosomes", "Chloroplasts", "Vacuoles",
          "Cytoskeleton", "Peroxisomes", "Centrioles", "Flagella"]


def completion(content, reason="stop", usage=True):
    told = {"usage": {"prompt_tokens": 1000, "completion_tokens": 200}} if usage else {}
    return json.dumps({"choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": content}}],
                       **told}).encode()


def good(**changes):
    return completion(json.dumps({**GOOD, **changes}))


class Replay:
    """Answers the n-th call for a slide by answer(n, request): (status, body)."""

    def __init__(self, answer):
        self.requests, lock = [], threading.Lock()
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with lock:
                    replay.requests.append(request)
                    number = len(replay.requests)
                status, body = answer(number, request)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def run(tmp_path):
    servers = []

    def one(answer, pages=1, arguments=(), **settings):
        replay = Replay(answer)
        servers.append(replay.server)
        deck = tmp_path / "lecture.pdf"
        deck.write_bytes(slides.pdf(*([topic, f"{topic}: the membrane is a bilayer of lipids", "Proteins float in the cell"]
                                      for topic in TOPICS[:pages])))
        out = tmp_path / "out"
        env = {**os.environ, "OPENAI_BASE_URL": replay.url(), "OPENAI_MODEL": "m", "OPENAI_API_KEY": "k", **settings}
        done = subprocess.run([BUILD / "slidemill", "run", deck, "-o", out, *arguments], env=env, capture_output=True, text=True, timeout=120)
        summary = json.loads((out / "summary.json").read_text()) if done.returncode == 0 else None
        return done, summary, replay.requests

    yield one
    for server in servers:
        server.shutdown()


def recorded(name):
    return (CASES / f"{name}.http").read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def test_prose_that_ignores_the_format_costs_no_slide_and_not_two_calls_each(run):
    done, summary, requests = run(lambda n, request: (200, recorded("ignores-format")), pages=12)
    assert done.returncode == 0, done.stderr
    assert summary["outcomes"]["explained"] == 12
    assert len(requests) <= 12 + 2 + 2  # one more for each format that is passed over, and two for the overview
    assert requests[0]["response_format"]["type"] == "json_schema" and "response_format" not in requests[-1]
    assert all(request["stream"] is False for request in requests)


def test_empty_answers_that_pass_cost_no_slide(run):
    done, summary, requests = run(lambda n, request: (200, completion("") if n % 4 == 3 else good()), pages=4)
    assert done.returncode == 0, done.stderr
    assert summary["outcomes"]["explained"] == 4 and len(requests) > 4


@pytest.mark.parametrize("name", ["err-in-choice", "err200-choices-empty", "err200-choices-null", "choices-empty-3"])
def test_trouble_told_under_200_passes(run, name):
    done, summary, requests = run(lambda n, request: (200, recorded(name) if n < 3 else good()))
    assert done.returncode == 0, done.stderr
    assert summary["outcomes"]["explained"] == 1 and len(requests) == 3


ODD_CARDS = [*GOOD["anki_cards"], {"front": "Q", "back": None}, {"front": "word " * 400, "back": "b"},
             {"front": "The {{c1::membrane}} is a bilayer.", "back": ""}]


def test_what_is_left_out_is_counted_and_told(run):
    body = good(anki_cards=ODD_CARDS, explanation=["The membrane is a bilayer of lipids."] * 3)
    done, summary, requests = run(lambda n, request: (200, body), arguments=("--outputs", "md,docx"))
    assert done.returncode == 0, done.stderr
    assert summary["cards_left_out"] == {"no_back": 1, "too_long": 1}
    assert {"what": "paragraph", "reason": "repeated", "count": 2} in summary["slides"][0]["left_out"]
    assert [card["type"] for card in summary["anki_cards"]] == ["basic", "cloze"]
    assert len(summary["slides"][0]["explanation"]) == 1 and len(requests) == 1


def test_cards_left_out_are_told_of_the_job(services, tmp_path):
    calls, go_on = [], threading.Event()

    def answer(number, request):
        calls.append(number)
        go_on.wait(60)
        return 200, good(anki_cards=ODD_CARDS)

    replay = Replay(answer)
    deck = tmp_path / "lecture.pdf"
    deck.write_bytes(slides.pdf(*([topic, f"{topic}: the membrane is a bilayer of lipids"] for topic in TOPICS[:2])))
    service = services(OPENAI_BASE_URL=replay.url(), OPENAI_MODEL="m", OPENAI_API_KEY="k")
    assert service.upload("first", deck).status_code == 202
    wait_until("a call", lambda: calls)
    assert service.job("first")["cards_left_out"] is None  # not all answers are there
    go_on.set()
    state = service.finish("first")
    assert state["status"] == "completed" and state["slides"]["explained"] == 2, state
    assert state["cards_left_out"] == {"no_back": 2, "too_long": 2} == service.summary(state)["cards_left_out"]
    paid = len(calls)
    assert service.upload("again", deck).status_code == 202
    state = service.finish("again")
    assert state["slides"]["cached"] == 2 and len(calls) == paid, "the cache answers"
    assert state["cards_left_out"] == {"no_back": 2, "too_long": 2} == service.summary(state)["cards_left_out"]
    replay.server.shutdown()


def test_an_answer_without_usage_costs_what_was_reserved(run):
    done, summary, requests = run(lambda n, request: (200, recorded("usage-null-12")), pages=12,
                                  SLIDEMILL_MODEL_PRICES="m 2.5 10", SLIDEMILL_BUDGET_JOB_USD="0.30")
    assert done.returncode == 0, done.stderr
    assert summary["cost_usd"] > 0.2 and len(requests) < 12
    assert summary["outcomes"]["skipped"] == 12 - summary["outcomes"]["explained"]


def test_a_cut_answer_keeps_what_is_whole(run):
    whole = json.dumps(GOOD)
    late = completion(whole[:-10].replace('"anki_cards": [', '"anki_cards": [{"front": "F?", "back": "B"}, '), "length")
    done, summary, requests = run(lambda n, request: (200, late))
    assert done.returncode == 0, done.stderr
    assert [card["front"] for card in summary["anki_cards"]] == ["F?"] and len(requests) == 1
    early = completion(whole[:whole.index('"short_summary"')], "length")
    done, summary, requests = run(lambda n, request: (200, early))
    assert done.returncode != 0 and "MODEL_TRUNCATED" in done.stderr or "MODEL_CONTEXT" in done.stderr


def test_words_that_have_nothing_to_do_with_the_slide_are_not_grounded(run):
    salad = good(title="Zorp", explanation=["Blarg fimble quonk draal."], key_points=["Fimble draal"], short_summary="Quonk.",
                 anki_cards=[])
    done, summary, requests = run(lambda n, request: (200, salad))
    assert done.returncode == 0, done.stderr
    assert not summary["slides"][0].get("grounded") and len(requests) == 1
