"""Decks that were made from a known text come to that text: its words, and the order in which they are read."""

import json
import re
import subprocess
import unicodedata

import pytest

from service import BUILD, ROOT

TEXTS = ROOT / "tests" / "data" / "texts"
NAMES = sorted(path.stem for path in TEXTS.glob("*.pdf"))
BULLETS = re.compile(r"^[•▪]\s*")
# Two columns that were drawn row by row, a table that was drawn column by column: the words are asked for, no order.
CROSSED = {"structured-reportlab"}


def layers(path):
    """The lines of each page."""
    done = subprocess.run([BUILD / "tests" / "bench_layers", path], check=True, capture_output=True, text=True, timeout=120)
    return [[BULLETS.sub("", line["text"]) for line in json.loads(page)["lines"]] for page in done.stdout.splitlines()]


def words(lines):
    return unicodedata.normalize("NFC", " ".join(lines)).split()


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_comes_to_the_text_it_was_made_from(name):
    told = (TEXTS / f"{name}.txt").read_text().split("\f")
    pages = layers(TEXTS / f"{name}.pdf")
    assert len(pages) == len(told)
    for page, text in zip(pages, told):
        ours, right = words(page), words(text.splitlines())
        if name in CROSSED:
            ours, right = sorted(ours), sorted(right)
        assert ours == right


def test_there_are_decks_of_every_kind():
    assert {name.partition("-")[0] for name in NAMES} >= {"hebrew", "arabic", "structured", "accents", "scripts"}
