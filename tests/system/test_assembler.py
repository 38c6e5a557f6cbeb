"""slidemill-assembler as a process; the programs and libraries that people open its documents with are the judges."""

import copy
import hashlib
import html
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import zipfile

import docx
import jsonschema
import lxml.etree
import msgpack
import pytest

import lectures
import lectures_rich
import wordcheck
from assembler import ASSEMBLE, Assembler, Failed
from decks import collection_in, rows_of, take_in
from ooxml import load_schemas, schema_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SLIDEMILL_BUILD", ROOT / "build"))
VALIDATOR = BUILD / "node/node_modules/.bin/ooxml-validator"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

CASES = {
    "latin": lambda: lectures.simple(lectures.LATIN, "English"),
    "arabic": lambda: lectures.simple(lectures.ARABIC, "Arabic", title="مقدمة في التعلّم الآلي"),
    "japanese": lambda: lectures.simple(lectures.JAPANESE, "日本語"),
    "hostile": lambda: lectures.simple(lectures.HOSTILE, "<klingon>&\"", title="a::b \"c\" ]]> \u0001", filename="x\u3000y.pdf"),
    "offline": lambda: lectures.simple(lectures.LATIN, "es-MX", engine="offline", model=""),
    "failures": lectures.with_failures,
    "all there is": lectures.with_all,
    "all there is, in Arabic": lambda: lectures.with_all("Arabic"),
    "figure": lectures.with_figure,
    "no cards": lambda: lectures.many(3, cards=0),
    "150 slides": lectures_rich.chapters,
    "maths": lambda: lectures_rich.rich(lectures_rich.MATHS, "English", "Statistics", course="MATH 101"),
    "Markdown": lambda: lectures_rich.rich(lectures_rich.MARKDOWN, "en-GB"),
    "Arabic with formulas and code": lambda: lectures_rich.rich(lectures_rich.ARABIC, "Arabic"),
    "Hebrew with formulas and code": lambda: lectures_rich.rich(lectures_rich.HEBREW, "he", "מבוא ל-AI"),
    "Chinese": lambda: lectures_rich.rich(lectures_rich.CHINESE, "zh-CN"),
    "Japanese with formulas": lambda: lectures_rich.rich(lectures_rich.JAPANESE, "ja"),
    "all writings, in English": lambda: lectures_rich.rich(
        lectures_rich.ARABIC + lectures_rich.HEBREW + lectures_rich.CHINESE + lectures_rich.JAPANESE, "English"),
}


@pytest.fixture(scope="module")
def made(assembler):
    """case -> (manifest, summary, docx, apkg), each made once."""
    kept = {}

    def make(case):
        if case not in kept:
            manifest, pictures = CASES[case]()
            summary, word, deck = assembler.assemble(manifest, pictures)
            kept[case] = manifest, json.loads(summary), word, deck
        return kept[case]

    return make


def shown(manifest):
    """The slides that have a heading of their own in the document."""
    return [s for s in manifest["slides"] if not s.get("see_slide")]


every_case = pytest.mark.parametrize("case", CASES)

# ---- summary.json


@every_case
def test_summary_fits_its_schema_and_adds_up(made, case):
    manifest, summary, _, _ = made(case)
    schema = json.loads((ROOT / "proto/summary.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(summary)
    assert summary["total_slides"] == len(manifest["slides"]) == sum(summary["outcomes"].values())
    assert [s["slide_number"] for s in summary["slides"]] == list(range(1, len(manifest["slides"]) + 1))
    guids = [card["guid"] for card in summary["anki_cards"]]
    assert len(guids) == len(set(guids))


def test_summary_says_why_slides_failed(made):
    slides = made("failures")[1]["slides"]
    assert slides[5]["reason"] == {"code": "MODEL_REFUSED", "message": "the model declined to answer for this slide"}
    assert slides[6]["reason"]["code"] == "SLIDE_POISON"
    assert slides[5]["title"] == "Pipes join programs"


def test_summary_says_that_no_model_was_used(made):
    summary = made("offline")[1]
    assert summary["model_used"] is False and "sin modelo" in summary["notice"]


def test_summary_says_all_there_is(made):
    summary = made("all there is")[1]
    slides = summary["slides"]
    assert [s.get("kind") for s in slides] == ["title", None, None, "content", "content", None, "closing"]
    assert [s.get("see_slide") for s in slides] == [None, 4, 4, None, None, None, None]
    assert slides[1]["reason"]["code"] == "BUILD_UP" and slides[5]["reason"]["code"] == "BUDGET_JOB"
    assert [s.get("grounded") for s in slides] == [True, None, None, False, None, None, True]
    assert slides[3]["unsupported"] == [{"where": "explanation", "index": 0, "kind": "name", "text": "Kurt Weber"},
                                        {"where": "key_points", "index": 1, "kind": "number", "text": "4096"}]
    assert summary["cost_usd"] == 0.0133 and slides[3]["cost_usd"] == 0.0123
    assert summary["usage"] == {"calls": 4, "input_tokens": 1234, "output_tokens": 567}
    assert summary["saved"] == {"cached": 1, "build_up": 2, "blank": 0}
    assert [c["title"] for c in summary["overview"]["outline"]] == ["Beginning", "Paging"]
    assert [t.get("slide_number") for t in summary["overview"]["glossary"]] == [3, None]
    cards = summary["anki_cards"]
    assert [(c["type"], c["slide_number"]) for c in cards] == [("cloze", 4)] * 3 + [("basic", 4), ("basic", 5)]
    assert cards[-1]["back"] == "The last one stays."


def test_summary_lists_formulas_that_were_not_understood(made):
    summary, word = made("maths")[1:3]
    assert summary["formulas_not_understood"] == [
        {"slide_number": 1, "where": "key_points", "text": "a + \\unknowncommand{b}"},
        {"slide_number": 1, "where": "key_points", "text": "\\sqrt{a"}]
    assert "\\(a + \\unknowncommand{b}\\)" in summary["slides"][0]["key_points"][2]  # the model's text stays as it is
    assert "Formulas that could not be set stand as they were written, on these slides: Slide 1" in [
        p.text for p in docx.Document(io.BytesIO(word)).paragraphs]
    assert "formulas_not_understood" not in made("latin")[1]


def test_word_document_marks_what_was_not_understood_as_code(made):
    word = wordcheck.Word(made("maths")[2])
    paragraph = next(p for p in word.paragraphs() if "Not understood" in word.text(p))
    maths = [(word.text(r), r.find(f"{W}rPr/{W}rFonts").get(f"{W}ascii")) for r in paragraph.iter(f"{wordcheck.M}r")]
    assert maths == [("a+", "Cambria Math"), ("\\unknowncommand", "Consolas"), ("b", "Cambria Math")]
    code = [word.text(r) for r in paragraph.iter(f"{W}r") if r.find(f"{W}rPr/{W}rStyle") is not None]
    assert code == ["\\sqrt{a"]


def test_leaving_a_card_out_renames_no_other(assembler, made):
    manifest, pictures = copy.deepcopy(CASES["all there is"]())
    manifest["overview"]["duplicates"] = [{"slide": 4, "card": 0}]
    summary = json.loads(assembler.assemble(manifest, pictures)[0])
    before = {c["front"]: c["guid"] for c in made("all there is")[1]["anki_cards"]}
    after = {c["front"]: c["guid"] for c in summary["anki_cards"]}
    assert len(before.keys() & after.keys()) == 4
    assert all(before[front] == after[front] for front in before.keys() & after.keys())


# ---- lecture.docx


@pytest.fixture(scope="module")
def schemas():
    return load_schemas()


@every_case
def test_word_parts_fit_the_published_schemas(made, schemas, case):
    package = zipfile.ZipFile(io.BytesIO(made(case)[2]))
    assert package.namelist()[0] == "[Content_Types].xml"
    assert len(set(package.namelist())) == len(package.namelist())
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            tree = lxml.etree.fromstring(package.read(name), lxml.etree.XMLParser(huge_tree=True))
            if schema_of(name):
                schemas[schema_of(name)].assertValid(tree)
        else:
            assert package.getinfo(name).compress_type == zipfile.ZIP_STORED


@every_case
def test_word_document_opens_in_python_docx_and_is_well_built(made, case):
    manifest, summary, data, _ = made(case)
    document = docx.Document(io.BytesIO(data))
    names = [p.style.name for p in document.paragraphs]
    assert {"Title", "Heading 1", "toc 1"} <= set(names)
    assert names.count("Heading 1") + names.count("Heading 2") >= len(shown(manifest))
    assert len(document.inline_shapes) == sum(s["picture"] > 0 for s in shown(manifest))
    for shape, slide in zip(document.inline_shapes, [s for s in shown(manifest) if s["picture"]]):
        assert abs(shape.width / shape.height - slide["width"] / slide["height"]) < 0.001
    if not summary["model_used"]:
        assert any(p.style.name == "Notice" and p.text == summary["notice"] for p in document.paragraphs)
    wordcheck.check(data, language_known=case != "hostile", foreign=case == "hostile")


def test_word_document_has_contents_that_ask_nothing(made):
    word = wordcheck.Word(made("latin")[2])
    assert [t.text.split() for t in word.body.iter(f"{W}instrText")] == [["TOC", "\\o", '"1-2"', "\\n", "\\h", "\\z", "\\u"]]
    assert [f.get(f"{W}fldCharType") for f in word.body.iter(f"{W}fldChar")] == ["begin", "separate", "end"]
    assert word.parts["word/settings.xml"].find(f"{W}updateFields") is None


def test_word_document_has_the_chapters_of_the_outline(made):
    word = wordcheck.Word(made("150 slides")[2])
    headings = [(word.style(p), word.text(p)) for p in word.paragraphs() if word.style(p) in ("Heading1", "Heading2")]
    headings = [(style, text) for style, text in headings if style == "Heading1" or text[0].isdigit()]
    assert headings[:3] == [("Heading1", "1. Topic 1"), ("Heading1", "Part 0: f_0 and x0"), ("Heading2", "2. Topic 2")]
    assert len(headings) == 149 + 10 + 1
    assert [t for s, t in headings if s == "Heading1"][1:] == [f"Part {k}: f_{k} and x{k}" for k in range(10)] + ["Glossary"]
    contents = [word.style(p) for p in word.paragraphs() if word.style(p).startswith("TOC")]
    assert contents[:5] == ["TOCHeading", "TOC1", "TOC1", "TOC2", "TOC2"] and len(contents) == 1 + 149 + 10 + 1
    assert [c.get(f"{W}num") for c in word.body.iter(f"{W}cols")] == [None, "2", None]


def test_word_document_turns_markdown_into_structure(made):
    word = wordcheck.Word(made("Markdown")[2])
    by_style = {}
    for paragraph in word.paragraphs():
        by_style.setdefault(word.style(paragraph), []).append(word.text(paragraph))
    assert by_style["ListNumber"] == ["Split the array", "Sort both halves:", "Merge", "a list may begin with three", "and go on",
                                      "in another paragraph", "and begin anew"]
    assert by_style["Quote"] == ["Divide and conquer is older than computers.", "Use merge sort when order matters."]
    assert by_style["Topic"] == ["How it works"] and by_style["Code"][0].startswith("def sort(a):")
    numbers = [p.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val") for p in word.paragraphs() if word.style(p) == "ListNumber"]
    assert numbers == ["2", "2", "2", "3", "3", "3", "4"]
    starts = [o.get(f"{W}val") for o in word.parts["word/numbering.xml"].iter(f"{W}startOverride")]
    assert starts == ["1", "3", "1"]
    assert len(list(word.body.iter(f"{W}tbl"))) == 2 and "**" not in "".join(word.text(p) for p in word.paragraphs()
                                                                          if word.style(p) != "Code").replace("**q", "")


def test_word_document_runs_from_right_to_left_in_arabic(made):
    body = docx.Document(io.BytesIO(made("arabic")[2])).element.body
    paragraphs = [p for p in body.iter(f"{W}p") if p.findall(f".//{W}t")]
    assert all(p.find(f"{W}pPr/{W}bidi") is not None for p in paragraphs)
    assert all(r.find(f"{W}rPr/{W}rtl") is not None for r in body.iter(f"{W}r")
               if re.search("[\u0600-\u06ff]", "".join(r.itertext())))


def test_word_document_lists_what_is_missing(made):
    table = docx.Document(io.BytesIO(made("failures")[2])).tables[0]
    assert [row.cells[1].text for row in table.rows[1:]] == ["text only", "blank", "skipped", "failed", "failed", "incomplete"]


def test_word_document_shows_steps_once(made):
    document = docx.Document(io.BytesIO(made("all there is")[2]))
    text = [p.text for p in document.paragraphs]
    assert "Slides 2 to 3 build up to this one." in text
    assert text[0] == "Virtual memory: paging and swapping"
    assert text[text.index("Contents") + 1:][:3] == ["Beginning", "1. Virtual memory", "Paging"]
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [
        "Beginning", "Paging", "Glossary", "What is missing, and why"]
    assert text[len(text) - text[::-1].index("Glossary"):][:2] == ["Frame – A block of memory. (Slide 3)",
                                                     "Page – A piece of an address space."]
    assert "Not found in the slide’s own text, please check: Kurt Weber; 4096" in text
    assert "gpt-4o · 0.0133 USD" in text
    assert [row.cells[1].text for row in document.tables[0].rows[1:]] == ["skipped"]


@every_case
def test_microsofts_validator_finds_nothing(made, tmp_path, case):
    if not VALIDATOR.exists():
        pytest.skip(f"{VALIDATOR} is not there (tests/run installs it with npm)")
    path = tmp_path / "lecture.docx"
    path.write_bytes(made(case)[2])
    found = json.loads(subprocess.run([VALIDATOR, path], capture_output=True, text=True, timeout=120).stdout)
    assert found["ok"] and found["errors"] == []


@pytest.mark.parametrize("case", ["latin", "arabic", "japanese", "failures", "all there is", "maths"])
def test_libreoffice_prints_the_document(made, tmp_path, case):
    if shutil.which("soffice") is None:
        pytest.skip("soffice is not installed (apt-get install libreoffice-writer)")
    (tmp_path / "lecture.docx").write_bytes(made(case)[2])
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
                    "--outdir", tmp_path, tmp_path / "lecture.docx"], check=True, capture_output=True, timeout=240)
    printed = subprocess.run(["pdftotext", tmp_path / "lecture.pdf", "-"], check=True, capture_output=True, timeout=60).stdout.decode()
    assert "1" in printed and "\\frac" not in printed
    if case == "maths":
        assert {"σ", "∑", "θ", "∇", "∀"} <= set(printed)


# ---- lecture.apkg


def notes_of(deck, folder):
    """guid -> (sort field, checksum, fields) as the package has them."""
    return {g: tuple(rest) for g, *rest in rows_of(deck, folder, "select guid, cast(sfld as text), csum, flds from notes")}


@every_case
def test_anki_takes_the_deck_once(made, tmp_path, case):
    manifest, summary, _, deck = made(case)
    collection = collection_in(tmp_path)
    first, second = (take_in(collection, deck, tmp_path) for _ in range(2))
    cards = len(summary["anki_cards"])
    assert (len(first.new), len(second.new), len(second.duplicate)) == (cards, 0, cards)
    assert collection.note_count() == cards
    gaps = sum(len(set(re.findall(r"\{\{c(\d)::", c["front"]))) for c in summary["anki_cards"] if c["type"] == "cloze")
    plain = sum(c["type"] == "basic" for c in summary["anki_cards"])
    covers = sum(len(c.get("labels", [])) for c in summary["anki_cards"])
    assert collection.card_count() == plain + gaps + covers
    assert collection.get_note(first.new[0].id.nid).guid if cards else True
    mine = notes_of(deck, tmp_path)
    theirs = {g: (s, c, f) for g, s, c, f in collection.db.execute("select guid, cast(sfld as text), csum, flds from notes")}
    assert mine == theirs
    names = set(re.findall(r'<img src="([^"]+)"', "".join(f for _, _, f in mine.values())))
    assert set(os.listdir(collection.media.dir())) == names
    collection.close()


def plain_text(markup):
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", markup)).split())


def test_anki_shows_gaps(made, tmp_path):
    collection = collection_in(tmp_path)
    take_in(collection, made("all there is")[3], tmp_path)
    assert collection.fix_integrity()[1]
    cards = [collection.get_card(c) for c in collection.find_cards('"note:Slidemill Cloze"')]
    questions = " | ".join(plain_text(c.render_output().question_text) for c in cards)
    answers = " | ".join(plain_text(c.render_output().answer_text) for c in cards)
    assert "A [...] maps pages to [...] & more" in questions
    assert "A page table maps [...] to frames & more" in questions
    assert "The [the hardware] does it" in questions
    assert "In C++ std::vector grows, \\(P=\\frac{n}{k}\\)" in answers
    assert "A page table maps pages to frames & more See <TLB>" in answers
    # what Anki would make of the notes again is what is there: no card is missing, none is empty
    assert collection.get_empty_cards().report == ""
    before = collection.card_count()
    for note in collection.find_notes(""):
        collection.update_note(collection.get_note(note))
    assert collection.card_count() == before
    collection.close()


def test_anki_updates_a_corrected_lecture(assembler, tmp_path):
    manifest, pictures = copy.deepcopy(CASES["latin"]())
    collection = collection_in(tmp_path)
    take_in(collection, assembler.assemble(manifest, pictures)[2], tmp_path)
    manifest["created_ms"] += 60000
    manifest["slides"][0]["answer"]["anki_cards"][0]["front"] = "Reworded: what fixes a Gaussian process?"
    log = take_in(collection, assembler.assemble(manifest, pictures)[2], tmp_path)
    assert len(log.new) == 0 and collection.note_count() == 2
    assert len(collection.find_notes("Reworded")) == 1
    collection.close()


def test_cards_hold_nothing_that_acts(made, tmp_path):
    for _, _, fields in notes_of(made("hostile")[3], tmp_path).values():
        assert not re.search(r"\{\{|\}\}|\[sound:|\[/?latex|\[/?\$|\[anki:", fields)
        assert set(re.findall(r"</?(\w+)", fields)) <= set("div br img p b i ul ol li code pre span table tr th td blockquote".split())
        assert set(re.findall(r"<[^>]*?(\w+)=", fields)) <= {"lang", "dir", "src", "alt", "value"}


# ---- all


def test_whoever_cannot_reach_the_supervisor_ends():
    """With a word in the log, and no crash: the supervisor has died, and we are about to."""
    manifest, pictures = next(iter(CASES.values()))()
    lonely = Assembler(str(BUILD / "slidemill-assembler"))
    lonely.results.close()
    lonely.tasks.send_multipart([msgpack.packb([ASSEMBLE, 1, "job-1", 1, 0]), json.dumps(manifest).encode(), *pictures])
    assert lonely.process.wait(60) == 70
    lonely.close()


@every_case
def test_same_lecture_same_bytes(assembler, made, case):
    manifest, pictures = CASES[case]()
    again = assembler.assemble(manifest, pictures)
    other = Assembler(str(BUILD / "slidemill-assembler"))
    afresh = other.assemble(manifest, pictures)
    assert other.retire() == 0
    assert [hashlib.sha256(x).digest() for x in again] == [hashlib.sha256(x).digest() for x in afresh]
    assert again[1:] == [made(case)[2], made(case)[3]]


@pytest.mark.parametrize("change, why", [
    ({"job": ""}, "names no job"),
    ({"slides": []}, "no slides"),
    ({"title": None}, '"title"'),
    ({"created_ms": 5}, '"created_ms"'),
    ({"slides": [lectures.slide(2, said=lectures.LATIN)]}, "slide 2 stands where slide 1 belongs"),
    ({"slides": [lectures.slide(1)]}, "explained but has no answer"),
    ({"slides": [lectures.slide(1, "open")]}, "not the outcome"),
    ({"slides": [lectures.slide(1, "blank", picture=2)]}, '"picture"'),
    ({"slides": [lectures.slide(1, "blank", picture=1)]}, "not a JPEG"),
])
def test_a_manifest_that_lies_is_refused_with_a_reason(assembler, change, why):
    with pytest.raises(Failed) as failed:
        assembler.assemble(lectures.lecture([lectures.slide(1, "blank")], **change) if "slides" not in change else
                           {**lectures.lecture([]), **change}, [b"\x89PNG picture"])
    assert failed.value.code == "ASSEMBLE_FAILED" and why in failed.value.detail


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b'{"job":"\\ud800"}', b'{"job":"a\x00b"}'])
def test_bytes_that_are_no_manifest_are_refused(assembler, text):
    with pytest.raises(Failed) as failed:
        assembler.assemble_bytes(text)
    assert failed.value.code == "ASSEMBLE_FAILED"
