"""The overview: beside the slides where they say themselves what they are about, after them where only their answers do."""

import subprocess

import pytest
from PIL import Image

from service import CORPUS, needed, wait_until
from test_pipeline import check_outputs, model_env

DECK, PAGES = CORPUS / "lectures" / "howtosurvey-ja.pdf", 17


def calls(model):
    return model.get("calls")


def place_of_overview(model):
    """How many slides had been asked about before, and how many answered."""
    made = calls(model)
    [overview] = [call for call in made if call["what"] == "overview"]
    slides = [call for call in made if call["what"] == "slide"]
    return (sum(call["at"] < overview["at"] for call in slides), sum(call["at"] + call["took"] <= overview["at"] for call in slides))


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    """The first eight pages of the same lecture, as a scanner makes them."""
    folder = tmp_path_factory.mktemp("scans")
    subprocess.run(["mutool", "draw", "-q", "-r", "72", "-o", folder / "%d.png", DECK, "1-8"], check=True)
    pages = [Image.open(folder / f"{n}.png").convert("RGB") for n in range(1, 9)]
    pages[0].save(folder / "scans.pdf", save_all=True, append_images=pages[1:])
    return folder / "scans.pdf"


def test_title_and_outline_are_told_before_the_slides_are_done(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"of": "slide", "delay": 600}]})
    service = services(**model_env(model))
    assert service.upload("early", DECK).status_code == 202
    told = wait_until("the overview", lambda: service.job("early")["overview"])
    state = service.job("early")
    assert state["status"] == "working" and state["slides"]["done"] == 0
    assert [part["slides"] for part in told["outline"]] == [list(range(1, 10)), list(range(10, 18))]
    service.kill_all()
    model.post("scenario", {"rules": []})
    service.start()
    summary = check_outputs(service, service.finish("early"), PAGES)
    assert summary["overview"]["title"] == told["title"] and len(summary["overview"]["glossary"]) > 0
    assert model.get("stats")["overviews"] == 1


def test_where_calls_are_few_slides_go_first(services, doubles):
    model = doubles("model.py", "--latency", "0.05")
    service = services(**model_env(model, SLIDEMILL_VISION_IN_FLIGHT="1"))
    assert service.upload("one", DECK).status_code == 202
    check_outputs(service, service.finish("one"), PAGES)
    assert place_of_overview(model)[0] == PAGES


def test_it_waits_for_slides_that_say_nothing_themselves(services, doubles, scans):
    model = doubles("model.py", "--latency", "0.2")
    service = services(**model_env(model))
    assert service.upload("scans", scans).status_code == 202
    summary = check_outputs(service, service.finish("scans"), 8)
    assert place_of_overview(model) == (needed(summary), needed(summary)) and needed(summary) == 8
    assert [part["slides"] for part in summary["overview"]["outline"]] == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_what_it_costs_is_told(services, doubles):
    """The bill is the same whenever the overview comes."""
    model = doubles("model.py", "--latency", "0.1")
    service = services(**model_env(model))
    assert service.upload("bill", DECK).status_code == 202
    summary = check_outputs(service, service.finish("bill"), PAGES)
    stats = model.get("stats")
    assert summary["usage"]["calls"] == stats["calls"] + stats["overviews"] == PAGES + 1
    assert summary["usage"]["input_tokens"] == stats["input_tokens"] and summary["usage"]["output_tokens"] == stats["output_tokens"]


def test_without_it_slides_are_explained_all_the_same(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"of": "overview", "preset": "refusal"}]})
    service = services(**model_env(model))
    assert service.upload("none", DECK).status_code == 202
    state = service.finish("none")
    summary = check_outputs(service, state, PAGES)
    assert summary["outcomes"]["explained"] == PAGES and state["overview"] is None and "overview" not in summary


def test_what_fails_for_now_is_asked_again_after_the_slides(services, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"of": "overview", "preset": "server_error", "first": 1}, {"of": "slide", "delay": 3}]})
    service = services(**model_env(model, SLIDEMILL_VISION_TRIES="1"))
    assert service.upload("again", DECK).status_code == 202
    state = service.finish("again")
    check_outputs(service, state, PAGES)
    assert state["overview"] is not None and model.get("stats")["overviews"] == 2
