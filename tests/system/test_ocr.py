"""Scans without a model: text that is read says so, and what cannot be read gives no text rather than noise."""

import json
import os
import re
import subprocess

import pytest

from service import BUILD, CORPUS
from test_pipeline import model_env

SCANS = CORPUS.parent / "data" / "scans" / "scans.pdf"
TITLE, GERMAN = "Die Zelle", "Die Membran trennt die Zelle von ihrer Umgebung."

# page: what it is, a text that must be there (None: no text at all), the script that could not be read
PAGES = {1: ("German", GERMAN, None), 2: ("Russian", None, "Cyrillic"), 3: ("one Russian word", None, None),
         4: ("German, turned", GERMAN, None), 5: ("Russian, upside down", None, "Cyrillic"), 6: ("numbers", "12.5", None),
         7: ("a pattern", None, None), 8: ("Hebrew", None, "Hebrew"), 9: ("German, turned the other way", GERMAN, None),
         10: ("German, askew", GERMAN, None), 11: ("German, turned and askew", GERMAN, None)}
ADVICE = {"Cyrillic": "rus", "Hebrew": "heb"}
BY_OCR = "read from pictures by OCR"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scans")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "SLIDEMILL_"))}
    done = subprocess.run([BUILD / "slidemill", "run", SCANS, "-o", folder, "--outputs", "md,html"], env=env,
                          capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done
    (folder / "said").write_text(done.stdout)
    return folder


def summary(out):
    return json.loads((out / "summary.json").read_text())


@pytest.mark.parametrize("number", PAGES, ids=[f"{number} {row[0]}" for number, row in PAGES.items()])
def test_each_page(out, number):
    _, text, script = PAGES[number]
    slide = next(slide for slide in summary(out)["slides"] if slide["slide_number"] == number)
    words = " ".join(slide["explanation"])
    assert "grounded" not in slide, "what OCR has read vouches for nothing"
    if text is None:
        assert slide["title"] == "" and not slide["key_points"] and "text_source" not in slide, slide
    else:
        assert text in words and slide["text_source"] == "ocr", slide
        assert (slide["title"] == TITLE) == (text == GERMAN), slide
    assert slide.get("unread") == (None if script is None else {"script": script, "ocr_language": ADVICE[script]})


def test_no_row_of_numbers_of_the_recogniser_leaks(out):
    said = (out / "lecture.md").read_text()
    assert "\t" not in said and not re.search(r"(\d+\s+){6}", said), said


def test_all_documents_say_so(out):
    assert BY_OCR in summary(out)["notice"]
    for name in ("lecture.md", "lecture.html"):
        text = (out / name).read_text()
        assert text.count(BY_OCR) == 1 + sum(row[1] is not None for row in PAGES.values())
        assert text.count("its script: Cyrillic") == 2 and text.count("its script: Hebrew") == 1
    docx = subprocess.run(["pandoc", "-t", "plain", "--wrap=none", out / "lecture.docx"], capture_output=True, text=True,
                          check=True).stdout
    assert docx.count(BY_OCR) == 1 + sum(row[1] is not None for row in PAGES.values())
    assert docx.count("its script: Cyrillic") == 2


def test_the_command_says_what_to_install(out):
    said = (out / "said").read_text()
    assert "6 slides were read by OCR" in said
    assert "slide 2: its text is in the script Cyrillic" in said and "tesseract-ocr-rus" in said


BLIND = {"status": 400, "error": {"message": "this model does not support image input", "type": "invalid_request_error"}}


@pytest.fixture
def with_model(doubles, tmp_path):
    """Runs the scans with a model that a scenario troubles. Returns the folder and the model."""
    def run(rules, pdf=SCANS, **settings):
        model = doubles("model.py")
        model.post("scenario", {"rules": rules})
        env = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "SLIDEMILL_"))}
        env.update({**model_env(model), "SLIDEMILL_MODEL_OVERVIEW": "0", **settings})
        done = subprocess.run([BUILD / "slidemill", "run", pdf, "-o", tmp_path / "out", "--outputs", "md,html"], env=env,
                              capture_output=True, text=True, timeout=280)
        assert done.returncode in (0, 3), done
        return tmp_path / "out", model
    return run


def test_a_page_that_the_model_refuses_shows_what_ocr_read(with_model):
    out, model = with_model([{"preset": "policy", "slides": [1, 2, 7]}])
    slides = {slide["slide_number"]: slide for slide in summary(out)["slides"]}
    assert [slides[n]["outcome"] for n in (1, 2, 7)] == ["failed"] * 3
    assert slides[1]["text_source"] == "ocr" and "text_source" not in slides[2] and "text_source" not in slides[7]
    assert "text_source" not in slides[4], "the model saw its picture"
    for name in ("lecture.md", "lecture.html"):
        text = (out / name).read_text()
        assert GERMAN in text and text.count(BY_OCR) == 2  # at the top, and at the page
    assert {slide["calls"] for slide in model.get("stats")["slides"].values()} == {1}


def test_a_model_without_eyes_is_asked_by_what_ocr_read(with_model):
    out, model = with_model([{**BLIND, "has": "image_url"}])
    slides = {slide["slide_number"]: slide for slide in summary(out)["slides"]}
    for number, (_, text, _) in PAGES.items():
        slide = slides[number]
        if text is None:
            assert slide["outcome"] == "failed" and slide["reason"]["code"] == "MODEL_BLIND", slide
        else:
            assert slide["outcome"] == "text_only" and slide["text_source"] == "ocr" and "grounded" not in slide, slide


@pytest.mark.parametrize("name", ["text-shifted", "cid-gid", "cid-pua"])
def test_a_layer_that_is_no_language_is_not_what_a_blind_model_is_asked_by(with_model, name):
    out, model = with_model([{**BLIND, "has": "image_url"}], CORPUS.parent / "data" / "cases" / "pdf" / f"{name}.pdf")
    slide = summary(out)["slides"][0]
    assert slide["outcome"] == "text_only" and slide["text_source"] == "ocr" and "grounded" not in slide, slide
    assert slide["explanation"]
