"""Answers put together at random from all that has meaning somewhere: every document made of them is valid.

The same ones each time, for as long as SLIDEMILL_HOSTILE_SECONDS says (default 10); a failure names its seed.
"""

import io
import json
import os
import random
import sqlite3
import time
import zipfile

import lxml.etree
import pytest

import lectures
import wordcheck
from ooxml import load_schemas, schema_of

SECONDS = float(os.environ.get("SLIDEMILL_HOSTILE_SECONDS", "10"))

PIECES = [
    "**", "*", "_", "`", "```\n", "~~~\n", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\n", "\n\n", "- ", "1. ", "2) ", "  - ", "# ", "### ", "> ",
    "| a | b |\n|---|---|\n", "| ", " |\n", "|-\n", "---\n", "<br>", "<script>", "&amp;", "&", "<", ">", "\"", "'", "]]>", "<!--", "<w:p/>",
    "{{c1::", "{{c2::", "}}", "::", "{{", "{{{", "[sound:x.mp3]", "[latex]", "[$]", "[/$]", "\\frac{a}{b}", "\\frac", "{", "}", "^", "_{", "^{2}",
    "\\sum_{i=1}^n", "\\int", "\\sqrt[3]{x}", "\\begin{pmatrix}", "a & b \\\\ c", "\\end{pmatrix}", "\\begin{align}", "\\end{align}",
    "\\begin{cases}", "\\end{cases}", "\\left(", "\\right)", "\\right.", "\\unknown", "\\text{if }", "\\ce{H2O}", "\\lim_{n\\to\\infty}", "\\hat{x}",
    "\\mathbb{R}", "\\", "\\\\", "\\n", "C:\\x", "alpha", "word ", "2 * 3 ", "snake_case ", "مرحبا ", "שלום ", "数学 ", "「例」", "é", "👩‍🔬", "e\u0301\u0302",
    "\u202e", "\u200f", "\u200e", "\u00a0", "\u3000", "\ufeff", "\ufffd", "\u0000", "\u0001\u0002\u0003", "\u001f", "\u007f", "\u0085", "\ufffe", "\U0010ffff",
    "x" * 300, "( " * 40, "\\sqrt{" * 60, "{" * 80, "- " * 30, "> " * 30, "http://x/?a=b&c", "=cmd()", "\t", "\r\n", " ", ". ", "%", "~", "#",
]
LANGUAGES = ["English", "ar", "he", "zh", "ja", "Klingon", "", "fa", "es-MX"]


def text(dice, most=12):
    return "".join(dice.choice(PIECES) for _ in range(dice.randrange(most)))


def texts(dice):
    return [text(dice) for _ in range(dice.randrange(4))]


def card(dice):
    front = text(dice, 8) + dice.choice(["", "{{c1::" + text(dice, 4) + "::" + text(dice, 3) + "}} word"])
    return {"type": dice.choice(["basic", "cloze"]), "front": front, "back": text(dice), "concept": text(dice, 3)}


def hostile_slide(dice, number):
    said = {"title": text(dice, 5), "explanation": texts(dice), "key_points": texts(dice), "connections": text(dice),
            "short_summary": text(dice), "anki_cards": [card(dice) for _ in range(dice.randrange(4))],
            "kind": dice.choice(["content", "closing", text(dice, 2)]), "grounded": dice.choice([True, False, None]),
            "unsupported": [{"where": "explanation", "index": 0, "kind": "formula", "text": text(dice, 4)}], "labels": texts(dice)}
    outcome = dice.choice(["explained", "cached", "text_only", "failed", "skipped", "blank"])
    return lectures.slide(number, outcome, picture=dice.randrange(2), text=lectures.layer(*[text(dice, 4) for _ in range(3)]),
                          said=said if outcome in ("explained", "cached") or dice.random() < 0.5 else None,
                          code=dice.choice(["", "MODEL_REFUSED", "nonsense"]), detail=text(dice, 3))


def hostile_lecture(seed):
    dice = random.Random(seed)
    count = dice.randrange(1, 6)
    overview = {"title": text(dice, 4), "glossary": [{"term": text(dice, 3), "definition": text(dice), "slide": dice.randrange(7)} for _ in range(3)],
                "outline": [{"title": text(dice, 3), "slides": sorted({dice.randrange(1, 7) for _ in range(2)})} for _ in range(3)]}
    return lectures.lecture([hostile_slide(dice, n) for n in range(1, count + 1)], language=dice.choice(LANGUAGES),
                            title=text(dice, 4), filename=text(dice, 2), course=text(dice, 2), lecture=text(dice, 2), key=text(dice, 2),
                            overview=dice.choice([overview, {}]))


def check_deck(deck, summary, folder):
    package = zipfile.ZipFile(io.BytesIO(deck))
    assert package.testzip() is None
    path = folder / "deck.anki2"
    path.write_bytes(package.read("collection.anki2"))
    with sqlite3.connect(path) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        for column in db.execute("select conf, models, decks, dconf, tags from col").fetchone():
            json.loads(column)
        assert {g for g, in db.execute("select guid from notes")} == {c["guid"] for c in summary["anki_cards"]}
        models = {int(m): model for m, model in json.loads(db.execute("select models from col").fetchone()[0]).items()}
        for mid, flds in db.execute("select mid, flds from notes"):
            assert flds.count("\x1f") + 1 == len(models[mid]["flds"])


def test_whatever_answers_say_the_documents_are_valid(assembler, tmp_path):
    schemas, picture, seed, end = load_schemas(), lectures.jpeg("slide", (160, 120)), 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        manifest = hostile_lecture(seed)
        try:
            summary, word, deck = assembler.assemble(manifest, [picture])
            summary = json.loads(summary)
            for name, part in wordcheck.Word(word).parts.items():
                if schema_of(name):
                    schemas[schema_of(name)].assertValid(part)
            wordcheck.check(word, language_known=manifest["language"] not in ("", "Klingon"), foreign=True)
            check_deck(deck, summary, tmp_path)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {manifest!r:.2000}") from error
        seed += 1
    print(f"{seed} lectures")
    assert seed >= 10
