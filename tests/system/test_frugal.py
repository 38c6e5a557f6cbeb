"""Never a call too many: what is known is not asked again, and what needs no model is not asked at all."""

import pytest

from service import CORPUS
from slides import pdf
from test_pipeline import DECK, PAGES, check_outputs, model_env

LECTURES = CORPUS / "lectures"
OVERLAYS, OVERLAY_PAGES = LECTURES / "survey-overlays.pdf", 152
# More than 116 different slides.
MANY = (("survey-handout.pdf", 66), ("python-it.pdf", 45), ("beamer-zh.pdf", 25), ("ensambles-es.pdf", 46))


def paid(model):
    stats = model.get("stats")
    return stats["calls"] + stats["overviews"]


def lecture(service, job, deck=DECK, pages=PAGES, language="English"):
    assert service.upload(job, deck, language).status_code == 202
    state = service.finish(job)
    assert state["status"] == "completed", state["error"]
    return check_outputs(service, state, pages)


@pytest.mark.parametrize("restarted", [False, True])
def test_the_same_lecture_again_makes_no_call(services, doubles, restarted):
    model = doubles("model.py")
    service = services(**model_env(model))
    first = lecture(service, "first")
    before = paid(model)
    assert before == first["usage"]["calls"]
    if restarted:
        service.stop()
        service.start()
    second = lecture(service, "second")
    assert paid(model) == before
    assert second["outcomes"]["explained"] == 0 and second["outcomes"]["cached"] > 0
    assert second["usage"]["calls"] == 0 and second["saved"]["cached"] == second["outcomes"]["cached"]
    assert [slide["title"] for slide in second["slides"]] == [slide["title"] for slide in first["slides"]]


MISSES = {"another model": {"OPENAI_MODEL": "gpt-4o-mini"}, "other prompts": {"SLIDEMILL_MODEL_PROMPTS": None},
          "another detail": {"SLIDEMILL_MODEL_DETAIL": "low"}, "no cache": {"SLIDEMILL_MODEL_CACHE": "off"}}


@pytest.mark.parametrize("changed", MISSES.values(), ids=MISSES.keys())
def test_what_would_be_answered_otherwise_is_asked_again(services, doubles, tmp_path, changed):
    model = doubles("model.py")
    env = model_env(model)
    service = services(**env)
    lecture(service, "first")
    calls = model.get("stats")["calls"]
    if "SLIDEMILL_MODEL_PROMPTS" in changed:
        built_in = (CORPUS.parents[1] / "conf" / "prompts" / "explain.txt").read_text()
        (tmp_path / "prompts").mkdir()
        (tmp_path / "prompts" / "explain.txt").write_text(built_in + "Be kind.\n")
        changed = {"SLIDEMILL_MODEL_PROMPTS": str(tmp_path / "prompts")}
    service.stop()
    service.env.update(changed)
    service.start()
    again = lecture(service, "second")
    assert again["outcomes"]["explained"] > 0
    assert model.get("stats")["calls"] - calls >= PAGES, "answers to another question were taken"


def test_another_language_is_asked_again(services, doubles):
    model = doubles("model.py")
    service = services(**model_env(model))
    lecture(service, "first")
    calls = model.get("stats")["calls"]
    lecture(service, "second", language="Spanish")
    assert model.get("stats")["calls"] == 2 * calls


def test_a_private_cache_does_not_serve_others(services, doubles):
    model = doubles("model.py")
    service = services(**model_env(model), SLIDEMILL_MODEL_CACHE="private")
    lecture(service, "first")
    calls = paid(model)
    lecture(service, "second")
    assert paid(model) == calls  # nobody has a key here, so all are the same client


def test_steps_of_an_overlay_deck_are_explained_once(services, doubles):
    model = doubles("model.py", "--latency", "0.05")
    service = services(**model_env(model))
    summary = lecture(service, "overlays", OVERLAYS, OVERLAY_PAGES)
    steps = [slide for slide in summary["slides"] if slide.get("reason", {}).get("code") == "BUILD_UP"]
    assert len(steps) == summary["saved"]["build_up"] >= OVERLAY_PAGES // 3
    by_number = {slide["slide_number"]: slide for slide in summary["slides"]}
    for step in steps:
        full = by_number[step["see_slide"]]
        assert full["slide_number"] > step["slide_number"] and full["outcome"] in ("explained", "cached")
    assert model.get("stats")["calls"] == summary["outcomes"]["explained"] <= OVERLAY_PAGES - len(steps)


def test_a_burst_of_429_costs_one_call_more_for_each_slide_hit(services, doubles):
    model = doubles("model.py", "--latency", "0.3")
    model.post("scenario", {"rules": [{"preset": "rate_limit", "skip": 30, "for_s": 1.5}]})
    service = services(**model_env(model))
    for deck, _ in MANY:
        assert service.upload(deck, LECTURES / deck).status_code == 202
    for deck, pages in MANY:
        assert check_outputs(service, service.finish(deck), pages)["outcomes"]["failed"] == 0
    stats, hit = model.get("stats"), {}
    for call in [call for call in model.get("calls") if call["what"] == "slide"]:
        hit[call["key"]] = hit.get(call["key"], 0) + (call["status"] == 429)
    assert sum(hit.values()) > 0, "there was no burst"
    assert len(stats["slides"]) >= 116
    extra = {key: slide["calls"] - 1 for key, slide in stats["slides"].items()}
    assert all(extra[key] == hit[key] <= 1 for key in extra), (extra, hit)


def test_empty_pages_are_not_asked_about(services, doubles, tmp_path):
    deck = tmp_path / "blank.pdf"
    deck.write_bytes(pdf(["Shells", "A shell reads commands and runs them."], [], [],
                         ["Pipes", "A pipe joins the output of one program to the input of another."]))
    model = doubles("model.py")
    summary = lecture(services(**model_env(model)), "blank", deck, 4)
    assert summary["outcomes"]["blank"] == 2 and summary["outcomes"]["explained"] == 2
    assert model.get("stats")["calls"] == 2


def test_a_slide_without_content_gets_no_cards_and_little_text(services, doubles, tmp_path):
    deck = tmp_path / "kinds.pdf"
    deck.write_bytes(pdf(["Operating systems", "Ada Example"], ["Pipes", "A pipe joins two programs.", "It is a file, too."],
                         ["Thank you!", "Questions?"]))
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"slides": [1], "kind": "title"}, {"slides": [3], "kind": "closing"}]})
    summary = lecture(services(**model_env(model)), "kinds", deck, 3)
    kinds = [slide["kind"] for slide in summary["slides"]]
    assert kinds == ["title", "content", "closing"]
    assert {card["slide_number"] for card in summary["anki_cards"]} == {2}
    assert all(len(slide["explanation"]) <= 1 for slide in summary["slides"] if slide["kind"] != "content")


def test_what_a_card_invents_is_asked_about_once_more_and_then_marked(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "invented_on_card", "slides": [4], "per_slide": 1},
                                      {"preset": "invented_on_card", "slides": [5]}]})
    service = services(**model_env(model), SLIDEMILL_MODEL_RETRY_UNSUPPORTED_SHARE="50")
    summary = lecture(service, "invented", CORPUS / "lectures" / "gp-bayes-beamer.pdf", 16)
    calls = {slide["slide"]: slide["calls"] for slide in model.get("stats")["slides"].values()}
    assert calls.pop(4) == calls.pop(5) == 2 and set(calls.values()) == {1}
    assert {card["slide_number"] for card in summary["anki_cards"] if card.get("unsupported")} == {5}


@pytest.mark.parametrize("share, most", [(1, 1), (10, 1), (100, 8)])
def test_second_questions_have_a_share_of_each_job(services, doubles, share, most):
    """All answers teach a number of their own, the second ones as well. Such doubts may take half of the share."""
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "invented_on_card"}]})
    service = services(**model_env(model), SLIDEMILL_MODEL_RETRY_UNSUPPORTED_SHARE=str(share))
    for language in ("English", "German"):
        before = model.get("stats")["calls"]
        summary = lecture(service, language, CORPUS / "lectures" / "gp-bayes-beamer.pdf", 16, language)
        asked = model.get("stats")["calls"] - before - summary["outcomes"]["explained"]
        assert 1 <= asked <= most, (asked, summary["outcomes"])
        marked = {card["slide_number"] for card in summary["anki_cards"] if card.get("unsupported")}
        assert len(marked) > asked  # what was not asked about is marked all the same



def test_a_model_that_repeats_itself_is_asked_again(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "loop", "slides": [4], "per_slide": 1}]})
    summary = lecture(services(**model_env(model)), "loop")
    assert summary["outcomes"]["failed"] == 0
    calls = {slide["slide"]: slide["calls"] for slide in model.get("stats")["slides"].values()}
    assert calls[4] == 2 and sum(calls.values()) == len(calls) + 1
