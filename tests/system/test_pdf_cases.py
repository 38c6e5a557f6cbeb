"""Small PDFs that rebuild what users met: each comes to the text that its page shows, or says why it does not."""

import io
import json
import subprocess
import tempfile
import zipfile
import zlib

import jsonschema
import lxml.etree
import pytest

from service import BUILD, ROOT, Service
from test_images import mean, near, slide
from test_pipeline import SCHEMA, check_outputs, model_env

CASES = ROOT / "tests" / "data" / "cases" / "pdf"

ENERGY = [("Energy in the cell", ["Krebs cycle makes ATP.", "Citrate becomes isocitrate."])]
BULLETS = [("Cell membranes", ["Bilayer of lipids.", "Proteins float in it.", "Let things pass through."])]
MEMBRANE = [("The membrane separates", ["the cell from the outside.", "It is 7.5 nm thick said Gorter in 1925."])]
VISIBLE = [("Visible on the slide", ["Visible on the slide"])]
QUESTION = [("Question: what is 2+2?", ["Question: what is 2+2?"])]
HEBREW = ["התא הוא יחידת החיים הבסיסית.", "קרום התא עשוי משומנים ומחלבונים (7.5 nm).", "DNA נמצא בגרעין, ו-RNA עובר ממנו החוצה."]
PARTS = ["Cell membranes", "Mitochondria", "Ribosomes", "Golgi apparatus", "Nucleus", "Lysosomes", "Cytoskeleton", "Chloroplasts", "Vacuoles",
         "Peroxisomes", "Cell walls", "Cilia"]
TWELVE = [(part, [f"{part} do their work in the cell.", "This is what they are made of.", "And how they were found."]) for part in PARTS]
PICTURE = "This slide is a picture without readable text."


def one(line):
    """A page of one line, which is its title and its text."""
    return [(line, [line])]


# file: title and lines of each slide, as the offline engine tells them: a full stop ends each of several lines
TEXTS = {
    # right to left: in the order in which it is read
    "hebrew": [("מבוא לביולוגיה", HEBREW)],
    # a layer that is no language: read in the picture, see BY_OCR
    "text-shifted": MEMBRANE, "cid-gid": MEMBRANE, "cid-pua": MEMBRANE, "cid-fffd": MEMBRANE, "cid-all-spaces": MEMBRANE,
    "cid-no-tounicode": MEMBRANE,
    # and layers that are one
    "text-plain": MEMBRANE, "cid-good": MEMBRANE,
    # drawn twice, to look bold or to cast a shadow
    "bold-letters": ENERGY, "bold-letters-exact": ENERGY, "bold-exact": ENERGY, "bold-offset": ENERGY, "bold-stroke": ENERGY,
    "shadow": [("Krebs cycle", ["makes ATP."])],
    "bold-numbers": [("The membrane", ["It is 7.5 nm thick said Gorter in 1925."])],
    # bullets, by their font or by themselves
    **{f"bul-{kind}": BULLETS for kind in ("dash", "dot", "fffd", "middot", "n", "para", "pua-a7", "pua-b7", "q", "slash-o", "square", "tri",
                                           "u-check", "v")},
    # what letters are told to be: by their glyphs' names, by the page's text, by predefined tables
    "lig-names": [("Specifications of fluids", ["various settings, efficient."])],
    "actualtext": [("Office hours", ["sorting in O(n)."])],
    "cjk-cns": one("細胞膜的結構"), "cjk-gb": one("细胞膜的结构"), "cjk-gbk": one("细胞膜的结构"), "cjk-japan": one("細胞膜の構造"),
    "cjk-japan-v": [("細胞膜の構造", ["細胞膜の構造。"])], "cjk-korea": one("세포막의 구조"),
    "font-arial": one("Arial not embedded, café € • bullet"), "font-cyr": one("Пригет"), "font-symbol": one("αβγδ ∞ ≤"),
    "font-dingbats": [("✔ ✘ ● ■", [PICTURE])], "nofontname": one("Font without a name"),
    # how letters become lines
    "hyphen": one("The mitochondrion makes energy and the endoplasmic reticulum makes proteins."),
    "letterspaced": [("P h o t o s y n t h e s i s", ["Light becomes sugar."])], "tj-nospace": one("Light becomes sugar"),
    "one": [("Cell membranes", ["Bilayer of lipids.", "Proteins float in it and let things pass."])], "twelve": TWELVE,
    # what the page shows and what it does not, see HIDDEN
    "crop-hides": [("Visible on the slide", ["Visible on the slide."])], "offpage": VISIBLE, "layer-off": QUESTION, "layer-usage": QUESTION,
    "invisible": one("OCR layer says hello"),
    "annot-freetext": [("Slide about enzymes", ["Exam: know Km and Vmax."])],
    "annot-only": [("Exam: know Km and Vmax", ["Exam: know Km and Vmax."])],
    "form-field": [("Fill in the blank:", ["mitochondrion."])],
    # boxes and turns
    "box-reversed": one("Title in a reversed box"), "no-mediabox": [("No media box at all", ["No media box at all."])],
    "rot-450": one("Rotated by 450"), "rot90-crop": [("Rotated title inside", ["Rotated title inside.", "the crop box."])],
    "tiny-page": one("x"), "userunit": [("One inch is one unit", ["One inch is one unit."])], "lab-fill": one("Lab and spot colours"),
    # bytes around the file and wrong places in it: see REPAIRED
    "bom-before": VISIBLE, "junk-before": VISIBLE, "nul-after": VISIBLE, "chunked-one": TWELVE,
}
BY_OCR = {"text-shifted", "cid-gid", "cid-pua", "cid-fffd", "cid-all-spaces", "cid-no-tounicode"}
REPAIRED = {"bom-before", "junk-before", "nul-after", "chunked-one"}

# What must stand nowhere, neither in the summary nor in the document
HIDDEN = {
    "hebrew": ["היגולויבל", "mn"], "text-shifted": ["7KH", "PHPEUDQH"], "cid-gid": ["7KH", "PHPEUDQH"], "cid-no-tounicode": ["7KH", "PHPEUDQH"],
    "cid-pua": ["\ue000", PICTURE], "cid-fffd": ["\ufffd"], "bold-letters": ["EEnn", "Krebs cycle makes ATP Krebs"],
    "bold-letters-exact": ["EEnn", "Krebs cycle makes ATP Krebs"], "bold-numbers": ["77", "19199"],
    "bul-fffd": ["\ufffd"], "bul-n": ["n Bilayer"], "bul-para": ["§"], "bul-pua-a7": ["\uf0a7", "§"], "bul-pua-b7": ["\uf0b7", "·"],
    "bul-q": ["q Bilayer"], "bul-slash-o": ["Ø"], "bul-u-check": ["ü"], "bul-v": ["v Bilayer"],
    "lig-names": ["Specifcations", "fuids"], "actualtext": ["soxxing"], "crop-hides": ["Cut away"],
    "offpage": ["Speaker secret", "bottom edge"], "layer-off": ["forty-two"], "layer-usage": ["forty-two"],
}
FAILED = {"truncated": "PDF_CORRUPT"}
FILLS_NEAR = 16  # of 255: viewers are that far apart in such areas
REFUSED = {"html": (415, "UNSUPPORTED_TYPE")}


@pytest.fixture(scope="module")
def results():
    """{file: (state of its job, summary, all words of its document)}; all go through one service, and none is known from another."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(folder, SLIDEMILL_MODEL_CACHE="off").start()
        try:
            names = [*TEXTS, *FAILED]
            for name in names:
                assert service.upload(name, CASES / f"{name}.pdf").status_code == 202, name
            yield {name: outcome(service, name) for name in names}
        finally:
            service.close()


def outcome(service, name):
    state = service.finish(name)
    if state["status"] == "failed":
        return state, None, ""
    with zipfile.ZipFile(io.BytesIO(service.output(state, "docx_url"))) as docx:
        paragraphs = lxml.etree.fromstring(docx.read("word/document.xml")).iter("{*}p")
        words = "\n".join("".join(paragraph.itertext()) for paragraph in paragraphs)
    return state, service.summary(state), words


@pytest.mark.parametrize("name", TEXTS)
def test_each_comes_to_what_its_page_shows(results, name):
    state, summary, document = results[name]
    assert state["status"] == "completed", state["error"]
    jsonschema.validate(summary, SCHEMA)
    assert [(slide["title"], slide["explanation"]) for slide in summary["slides"]] == TEXTS[name]
    assert {slide["outcome"] for slide in summary["slides"]} == {"explained"}
    assert {slide.get("text_source") for slide in summary["slides"]} == {"ocr" if name in BY_OCR else None}
    assert not [slide for slide in summary["slides"] if slide.get("degraded") or "unknown_characters" in slide]
    assert summary["repaired"] == (name in REPAIRED)
    for title, lines in TEXTS[name]:
        assert title in document and all(line.rstrip(".。") in document for line in lines)


@pytest.mark.parametrize("name", HIDDEN)
def test_what_no_page_shows_stands_nowhere(results, name):
    _, summary, document = results[name]
    told = repr(summary)
    assert not [words for words in HIDDEN[name] if words in told or words in document]


@pytest.mark.parametrize("name", FAILED)
def test_a_file_beyond_repair_says_so(results, name):
    state, _, _ = results[name]
    assert state["status"] == "failed" and state["error"]["code"] == FAILED[name] and "export" in state["error"]["message"]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_of_another_kind_is_refused(services, name):
    status, code = REFUSED[name]
    answer = services().upload(name, CASES / f"{name}.pdf")
    assert answer.status_code == status and answer.json()["code"] == code and "web page" in answer.json()["detail"]


def test_lab_and_spot_colours_fill_areas(tmp_path):
    image, facts = slide(tmp_path, CASES / "lab-fill.pdf")
    found = [mean(image, x, y) for x, y in ((0.9, 0.3), (0.222, 0.704), (0.556, 0.704), (0.826, 0.704))]
    assert near(found, [(227, 227, 227), (170, 121, 234), (0, 44, 131), (184, 185, 218)], FILLS_NEAR), found
    assert not facts.get("degraded")


def test_every_case_has_a_row():
    names = {path.stem for path in CASES.glob("*.pdf")}
    elsewhere = {name for name in names if name.startswith(("img-", "owner-"))} | {"chunked-many"}
    assert names == {*TEXTS, *FAILED, *REFUSED} | elsewhere


def test_sentences_in_hebrew_run_from_right_to_left_whatever_word_they_begin_with(tmp_path):
    done = subprocess.run([BUILD / "slidemill", "run", CASES / "hebrew.pdf", "-o", tmp_path, "--outputs", "html"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(tmp_path / "lecture.docx") as docx:
        body = lxml.etree.fromstring(docx.read("word/document.xml"))
    html = lxml.etree.HTML((tmp_path / "lecture.html").read_text())
    for sentence in HEBREW:
        paragraphs = [p for p in body.iter(f"{word}p") if "".join(p.itertext()).replace("\u200e", "") == sentence]
        assert paragraphs and all(p.find(f"{word}pPr/{word}bidi") is not None for p in paragraphs), sentence
        elements = [element for element in html.iter("p", "li") if "".join(element.itertext()) == sentence]
        assert elements and all(element.get("dir") == "rtl" for element in elements), sentence


def without_m(data):
    """cid-good, but that its font does not say any more what its glyph of an m is; no other byte moves."""
    begin = data.index(b"stream\n", data.index(b"/Length 271 >>")) + 7
    table = zlib.decompress(data[begin:begin + 271]).replace(b"/CMapName /A def ", b"")  # so that there is room
    packed = zlib.compress(table.replace(b"<006D>", b"<FFFD>"), 9)
    assert len(packed) <= 271
    return data[:begin].replace(b"/Length 271 >>", b"/Length %d >>" % len(packed)) + packed.ljust(271, b"\n") + data[begin + 271:]


def test_letters_that_the_file_does_not_name_are_told(tmp_path):
    (tmp_path / "unknown.pdf").write_bytes(without_m((CASES / "cid-good.pdf").read_bytes()))
    done = subprocess.run([BUILD / "slidemill", "run", "unknown.pdf", "-o", "out", "--outputs", "docx,md,html"], cwd=tmp_path,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    jsonschema.validate(summary, SCHEMA)
    told, = summary["slides"]
    assert told["unknown_characters"] == 4 and "text_source" not in told and "separates" in told["title"], told
    said = "does not say which characters some of the letters"
    assert (tmp_path / "out" / "lecture.md").read_text().count(said) == 1 == (tmp_path / "out" / "lecture.html").read_text().count(said)
    with zipfile.ZipFile(tmp_path / "out" / "lecture.docx") as docx:
        assert "".join(lxml.etree.fromstring(docx.read("word/document.xml")).itertext()).count(said) == 1


@pytest.mark.parametrize("name", ["text-shifted", "cid-gid", "cid-pua", "cid-all-spaces"])
def test_a_model_that_reads_the_picture_is_not_held_against_a_layer_that_is_no_language(services, doubles, name):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"of": "slide", "add": "The membrane is 7.5 nm thick, said Gorter in 1925."}]})
    service = services(**model_env(model))
    assert service.upload(name, CASES / f"{name}.pdf").status_code == 202
    told, = check_outputs(service, service.finish(name), 1)["slides"]
    assert told["outcome"] == "explained" and any("7.5 nm" in line for line in told["explanation"]), told
    assert not told.get("unsupported") and told.get("grounded") is not False and "unknown_characters" not in told
    assert not [call for call in model.get("calls") if "PHPEUDQH" in json.dumps(call)]
