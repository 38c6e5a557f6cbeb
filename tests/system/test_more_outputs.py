"""lecture.md, lecture.html and cards.tsv, judged by the programs that read them; and files that stay within their size."""

import base64
import csv
import hashlib
import html
import html.parser
import io
import json
import pathlib
import re
import subprocess
import zipfile

import html5lib
import lxml.html
import pytest
from anki.collection import Collection, ImportCsvRequest
from markdown_it import MarkdownIt
from PIL import Image

import browser
import lectures
from test_assembler import CASES, notes_of, take_in

MD, HTML, TSV = 8, 16, 32
NAMES = {MD: "lecture.md", HTML: "lecture.html", TSV: "cards.tsv"}

SLIPPED = {**lectures.answer(
    "The quadratic \\(ax^2+bx+c\\)",
    ["Completing the square gives \\(x = \\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}\\) if $b_1 * c_2 * d_3 < 5$.",
     "A display:\n\\[\\sum_{i=1}^n x_i,\\; A=\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}\\]\nand **bold**, *italic*, `code|x`, "
     "snake_case and 2 * 3 * 4.",
     "Steps:\n1. first\n2. second\n   - nested *x*\n\n```c\nint main(void); // ``` no\n```\n\n| a | b |\n|---|---|\n| 1\\|2 | $x|y$ |"],
    ["The set \\(\\{x \\mid x > 0\\}\\).", "1. Not a list? + - #",
     "**「太字」**です and [link](http://evil.example) ![img](http://x/y.png) <b>no</b> &copy; www.evil.example"],
    "", "In short \\(e^{i\\pi}+1=0\\)2.", [("What is \\(\\Delta\\)?", "\\(b^2-4ac\\)\twith tab and \"quotes\"\n# and a line")]),
    "grounded": False, "unsupported": [{"where": "explanation", "index": 0, "kind": "formula", "text": "\\frac{-b}{2a}"}]}
ASKED = {**lectures.answer("Cards of many kinds", ["Said."], [], "", "", []), "anki_cards": [
    {"type": "cloze", "front": "Which states?\n\n1. {{c1::ready}}\n2. {{c2::blocked}}", "back": ""},
    {"type": "basic", "front": "What does it print?\n\n```\nfor x in y:\n    print(x)\n```", "back": "- a\n- b"},
    {"type": "cloze", "front": "| level | time |\n|---|---|\n| L1 | {{c1::1 ns}} |", "back": "Roughly."},
    {"type": "cloze", "front": "Give it back: `{{c1::free}}(p)`", "back": ""}]}
MORE = {**{case: CASES[case] for case in ("latin", "arabic", "hostile", "offline", "failures", "all there is", "figure", "no cards", "maths",
                                          "all writings, in English")},
        "60 slides": lambda: lectures.many(60), "Markdown that slips in": lambda: lectures.simple(SLIPPED, "English"),
        "cards of many kinds": lambda: lectures.simple(ASKED, "English")}
every_case = pytest.mark.parametrize("case", MORE)


@pytest.fixture(scope="module")
def made(assembler):
    """case -> {name: bytes} of all outputs, each made once."""
    kept = {}

    def make(case):
        if case not in kept:
            manifest, pictures = MORE[case]()
            frames = assembler.assemble(manifest, pictures, sum(NAMES))
            kept[case] = dict(zip(["summary.json", "lecture.docx", "lecture.apkg", *NAMES.values()], frames))
        return kept[case]

    return make


@every_case
def test_same_lecture_same_bytes_whatever_else_is_made(assembler, made, case):
    manifest, pictures = MORE[case]()
    for bit, name in NAMES.items():
        assert assembler.assemble(manifest, pictures, bit)[3] == made(case)[name]
    assert assembler.assemble(manifest, pictures) == [made(case)[name] for name in ("summary.json", "lecture.docx", "lecture.apkg")]


# ---- lecture.md


def parsed(made, case):
    """The tokens a CommonMark reader with tables finds behind the front matter, and the HTML it makes of them."""
    text = made(case)["lecture.md"].decode()
    reader = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    head, body = re.fullmatch(r"---\n(.*?)---\n(.*)", text, re.S).groups()
    return head, reader.parse(body), reader.render(body)


@every_case
def test_markdown_has_the_structure_of_the_lecture(made, case):
    head, tokens, _ = parsed(made, case)
    summary = json.loads(made(case)["summary.json"])
    data = dict(line.split(": ", 1) for line in head.splitlines())
    assert json.loads(data["title"]) and not re.search("[<>&]", head)
    headings = [(t.tag, tokens[i + 1].content) for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert [tag for tag, _ in headings].count("h1") == 1 and headings[0][0] == "h1"
    shown = [s for s in summary["slides"] if not s.get("see_slide")]
    numbers = [int(n) for tag, text in headings if tag == "h2" for n in re.findall(r"^(?:Slide )?(\d+)\b", text)]
    titled = [s["slide_number"] for s in shown if s["title"]]
    assert [n for n in numbers if n in titled] == titled
    targets = re.findall(r'<a id="(slide-\d+)">', made(case)["lecture.md"].decode())
    links = re.findall(r"\]\(#(slide-\d+)\)", made(case)["lecture.md"].decode())
    assert targets == [f"slide-{s['slide_number']}" for s in shown] and set(links) == set(targets)


@every_case
def test_markdown_holds_no_markup_of_strangers(made, case):
    _, tokens, page = parsed(made, case)

    class Look(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag in ("a", "b", "i", "br", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "code", "pre",
                           "table", "thead", "tbody", "tr", "th", "td", "blockquote"), tag
            assert all(name in ("id", "href", "start", "class", "style") for name, _ in attributes), attributes
            assert all(value.startswith("#slide-") for name, value in attributes if name == "href"), attributes

    Look().feed(page)


def test_markdown_keeps_formatting_and_nothing_that_only_looks_like_it(made):
    text, page = made("Markdown that slips in")["lecture.md"].decode(), parsed(made, "Markdown that slips in")[2]
    assert "<strong>bold</strong>, <em>italic</em>, <code>code|x</code>, snake_case and 2 * 3 * 4." in page
    assert "<b>「太字」</b>です and [link](http://evil.example) ![img](http://x/y.png) &lt;b&gt;no&lt;/b&gt; &amp;copy; www" in page
    assert "<li>1. Not a list? + - #</li>" in page and page.count("<ol>") == 1
    assert "<code>int main(void); // ``` no\n</code>" in page
    assert "<td>1|2</td>" in page and "<th>b</th>" in page
    # maths: as it is written, and no reader of plain CommonMark finds an escape or emphasis in it
    formulas = re.findall(r"\$\$\n(.*?)\n\$\$|\$([^$\n]+)\$", text)
    assert len(formulas) >= 8
    for display, inline in formulas:
        rendered = re.sub("<[^>]*>", "", MarkdownIt("commonmark").renderInline(display or inline))
        assert rendered.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == (display or inline)
    assert "please check: $\\frac{-b}{2a}$\n" in text
    assert "$e^{i\\pi}+1=0$&#50;" in text  # a digit behind a dollar would undo it


def test_markdown_asks_in_blocks_and_answers_below(made):
    page = parsed(made, "cards of many kinds")[2]
    flat = re.sub(r">\s+<", "><", page.split("Flashcards</h3>")[1].strip())
    cards = lxml.html.fromstring(flat)
    assert cards.tag == "ul" and len(cards) == 4
    states, code, table, inline = ([(e.tag, e.text_content().strip()) for e in card if e.tag != "p"] for card in cards)
    assert states == [("ol", "[…][…]"), ("ul", "Which states?readyblocked")]
    assert code == [("pre", "for x in y:\n    print(x)"), ("ul", "ab")]
    assert table == [("table", "leveltimeL1[…]"), ("ul", "leveltimeL11 nsRoughly.")]
    assert [e.text_content() for e in cards[3].iter("code")] == ["[…](p)", "free(p)"]


# ---- lecture.html

X = "{http://www.w3.org/1999/xhtml}"
M = "{http://www.w3.org/1998/Math/MathML}"


def page_of(made, case):
    """The page as browsers read it; a fault of its markup is one of ours."""
    return html5lib.HTMLParser(strict=True).parse(made(case)["lecture.html"].decode())


@every_case
def test_page_is_valid_and_whole(made, case):
    page, summary = page_of(made, case), json.loads(made(case)["summary.json"])
    ids = [e.get("id") for e in page.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    links = {e.get("href") for e in page.iter(X + "a")}
    assert links and links <= {"#" + name for name in ids}
    shown = [s for s in summary["slides"] if not s.get("see_slide")]
    assert [name for name in ids if name.startswith("slide-")] == [f"slide-{s['slide_number']}" for s in shown]
    assert all(e.get("alt") and int(e.get("width")) > 0 and int(e.get("height")) > 0 for e in page.iter(X + "img"))
    assert len(list(page.iter(X + "h1"))) == 1 and page.find(f"{X}head/{X}title").text
    assert page.get("dir") in ("ltr", "rtl") and page.get("lang") != ""
    told = [e for e in page.iter(X + "details") if e.get("class") == "card"]
    assert len(told) == len([c for c in summary["anki_cards"] if c["type"] != "occlusion"])


@every_case
def test_page_needs_nothing_and_runs_nothing(made, case):
    page, text = page_of(made, case), made(case)["lecture.html"].decode()
    for element in page.iter():
        assert element.tag not in (X + "script", X + "link", X + "iframe", X + "object", X + "form", X + "base", X + "input"), element.tag
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on") and name not in ("style", "srcset", "action"), name
            assert name != "src" or value.startswith("data:image/jpeg;base64,")
            assert name != "href" or value.startswith("#")
    style = page.find(f"{X}head/{X}style").text
    assert not re.search(r"url\(|@import|https?:", style)
    policy = page.find(f"{X}head/{X}meta[@http-equiv]").get("content")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == ("default-src 'none'; img-src data:; style-src 'sha256-" + digest + "'; base-uri 'none'; form-action 'none'")
    assert text.count("<style>") == 1


def test_page_has_the_pictures_as_they_are(made):
    manifest, pictures = MORE["failures"]()
    found = [base64.b64decode(e.get("src").split(",", 1)[1]) for e in page_of(made, "failures").iter(X + "img")]
    assert found == [pictures[s["picture"] - 1] for s in manifest["slides"] if s["picture"]]


def test_page_has_formulas_and_formatting(made):
    page = page_of(made, "Markdown that slips in")
    assert len(list(page.iter(M + "math"))) >= 9 and len(list(page.iter(M + "mtable"))) == 1
    assert {e.tag for e in page.iter()} >= {X + "ol", X + "ul", X + "pre", X + "table", X + "b", X + "i", X + "code"}
    assert "\\frac" not in "".join(page.find(f"{X}body").itertext())


def test_page_asks_before_it_answers(made):
    cards = [e for e in page_of(made, "all there is").iter(X + "details") if e.get("class") == "card"]
    sides = [tuple(" ".join(" ".join(part.itertext()).split()) for part in card) for card in cards]
    assert sides[0] == ("A […] maps […] to […] & more", "A page table maps pages to frames & more See <TLB>")
    assert sides[2] == ("The [the hardware] does it", "The MMU does it")
    assert ("What is a frame?", "The last one stays.") in sides


def asked(card):
    """The lines of a question."""
    return re.sub("<[^>]*>", "", re.sub("<br ?/?>", "\n", html5lib.serialize(card[0], omit_optional_tags=False))).split("\n")


def test_page_asks_for_entries_rows_and_lines_of_code(made):
    cards = [e for e in page_of(made, "cards of many kinds").iter(X + "details") if e.get("class") == "card"]
    assert [asked(card) for card in cards] == [
        ["Which states?", "1. […]", "2. […]"], ["What does it print?", "for x in y:", "    print(x)"], ["level | time", "L1 | […]"],
        ["Give it back: […](p)"]]
    assert {e.tag for card in cards for e in card[0].iter()} <= {X + name for name in ("summary", "b", "br", "code")}
    assert [[e.tag for e in card[1]] for card in cards] == [[X + "p", X + "ol"], [X + "ul"], [X + "table", X + "p"], [X + "p"]]


def test_page_lists_what_is_missing(made):
    page = page_of(made, "failures")
    report = next(e for e in page.iter(X + "section") if e.get("id") == "report")
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in report.iter(X + "tr")]
    assert [row[1] for row in rows[1:]] == ["text only", "blank", "skipped", "failed", "failed", "incomplete"]
    assert rows[-1][2] == "A picture in the page is broken."
    markdown = made("failures")["lecture.md"].decode()
    assert "| [Slide 8](#slide-8) | incomplete | A picture in the page is broken. |" in markdown


def shot(made, case, folder, *options):
    """The page as Chromium shows it on its first screen."""
    (folder / "lecture.html").write_bytes(made(case)["lecture.html"])
    browser.chromium(folder, "lecture.html", f"--screenshot={folder}/shot.png", *options)
    return Image.open(folder / "shot.png").convert("RGB")


in_chromium = pytest.mark.skipif(browser.CHROMIUM is None, reason="chromium is not there (tests/run installs it)")


@in_chromium
def test_page_is_dark_where_the_screen_is_and_fits_a_phone(made, tmp_path):
    light = shot(made, "Markdown that slips in", tmp_path, "--window-size=900,700")
    dark = shot(made, "Markdown that slips in", tmp_path, "--window-size=900,700", "--blink-settings=preferredColorScheme=0")
    assert light.getpixel((5, 5)) == (255, 255, 255) and max(dark.getpixel((5, 5))) < 48
    (tmp_path / "phone.html").write_text(
        "<!doctype html><body><script>const frame = document.createElement('iframe'); frame.width = 360; frame.height = 800;"
        "frame.srcdoc = " + json.dumps(made("Markdown that slips in")["lecture.html"].decode()).replace("</", "<\\/") + ";"
        "frame.onload = () => { const page = frame.contentDocument.documentElement; document.body.dataset.found ="
        "JSON.stringify({wide: page.scrollWidth, client: page.clientWidth, high: page.scrollHeight}); };"
        "document.body.append(frame);</script>")
    dump = browser.chromium(tmp_path, "phone.html", "--dump-dom")
    found = json.loads(html.unescape(re.search('data-found="([^"]*)"', dump)[1]))
    assert found["wide"] <= found["client"] <= 360 and found["high"] > 800


@in_chromium
def test_page_prints_a_slide_to_a_page(made, tmp_path):
    (tmp_path / "lecture.html").write_bytes(made("60 slides")["lecture.html"])
    browser.chromium(tmp_path, "lecture.html", "--no-pdf-header-footer", f"--print-to-pdf={tmp_path}/lecture.pdf")
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "lecture.pdf", "-"], check=True, capture_output=True, text=True).stdout
    sheets = text.rstrip("\f").split("\f")
    assert len(sheets) == 61 and "Contents" in sheets[0]
    for number, sheet in enumerate(sheets[1:], 1):
        assert f"{number}. Topic {number}\n" in sheet and f"Answer {number}.2." in sheet  # cards are unfolded on paper


# ---- cards.tsv


def deck_and_text(made, case, folder):
    (folder / "cards.tsv").write_bytes(made(case)["cards.tsv"])
    return Collection(str(folder / "c.anki2")), str(folder / "cards.tsv")


def import_text(collection, path):
    metadata = collection.get_csv_metadata(path=path, delimiter=None)
    return collection.import_csv(ImportCsvRequest(path=path, metadata=metadata)).log


@every_case
def test_anki_takes_the_text_for_the_notes_it_has(made, tmp_path, case):
    if not json.loads(made(case)["summary.json"])["anki_cards"]:
        assert made(case)["cards.tsv"].count(b"\n") == 6  # Anki says that it is empty
        return
    collection, path = deck_and_text(made, case, tmp_path)
    cards = len(take_in(collection, made(case)["lecture.apkg"], tmp_path).new)
    before = collection.db.all("select guid, mid, tags, flds from notes order by id")
    decks = collection.db.all("select id, did from cards order by id")
    log = import_text(collection, path)
    assert (len(log.new), len(log.updated), len(log.conflicting), len(log.missing_notetype)) == (0, 0, 0, 0)
    assert len(log.duplicate) == cards == collection.note_count()
    assert collection.db.all("select guid, mid, tags, flds from notes order by id") == before
    assert collection.db.all("select id, did from cards order by id") == decks
    collection.close()


def test_anki_takes_what_was_changed_in_a_spreadsheet(made, tmp_path):
    collection, path = deck_and_text(made, "all there is", tmp_path)
    take_in(collection, made("all there is")["lecture.apkg"], tmp_path)
    text = pathlib.Path(path).read_text()
    assert text.count("A block of memory, 4096 bytes.") <= 1
    changed = text.replace("The last one stays.", "The spreadsheet says so.")
    assert changed != text
    pathlib.Path(path).write_text(changed)
    log = import_text(collection, path)
    assert (len(log.new), len(log.updated)) == (0, 1)
    assert len(collection.find_notes('"The spreadsheet says so."')) == 1
    collection.close()


@every_case
def test_text_has_the_notes_of_the_deck(made, tmp_path, case):
    lines = made(case)["cards.tsv"].decode().split("\n")
    head = [line for line in lines if line.startswith("#")]
    assert head == ["#separator:tab", "#html:true", "#guid column:1", "#notetype column:2", "#deck column:3", "#tags column:4"]
    csv.field_size_limit(10 ** 8)
    rows = list(csv.reader(io.StringIO("\n".join(lines[len(head):]), newline=""), delimiter="\t", strict=True))
    fields = notes_of(made(case)["lecture.apkg"], tmp_path)
    assert {row[0]: "\x1f".join(row[4:]) for row in rows} == {guid: note[2] for guid, note in fields.items()}


# ---- sizes


def photo(seed, size=(1365, 768)):
    """Like a photograph: hardly a run of equal pixels in it."""
    out = io.BytesIO()
    Image.effect_noise(size, 60 + seed).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def test_sixty_photos_fit(assembler):
    manifest, _ = lectures.many(60)
    photos = [photo(n) for n in range(4)]
    pictures = [lectures.jpeg("text") if n % 10 == 0 else photos[n % 4] + bytes([n]) for n in range(60)]
    manifest["sizes"] = {"docx": 15 << 20, "apkg": 12 << 20, "quality": 75}
    assert sum(map(len, pictures)) > 24 << 20
    frames = assembler.assemble(manifest, pictures)
    assert 10 << 20 < len(frames[1]) <= 15 << 20 and len(frames[2]) <= 12 << 20
    with zipfile.ZipFile(io.BytesIO(frames[1])) as word:
        kept = [word.read(name) for name in word.namelist() if name.startswith("word/media/")]
    assert len(kept) == 60 and kept.count(pictures[0]) == 6  # slides of text are as they were
    assert all(Image.open(io.BytesIO(jpeg)).size[0] >= 640 for jpeg in kept)
    unbounded = assembler.assemble({**manifest, "sizes": {"docx": 1 << 30, "apkg": 1 << 30, "quality": 75}}, pictures)
    assert len(unbounded[1]) > 24 << 20
