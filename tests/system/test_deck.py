"""lecture.apkg in the hands of a student: imported by Anki, learned from, and imported again when the lecture is corrected."""

import copy
import html
import io
import json
import os
import re
import time

import lxml.html
import pytest
from anki.collection import SearchNode
from PIL import Image, ImageDraw

import browser
import lectures
from decks import collection_in, fronts, rewritten, rows_of, take_in



def card(front, back, concept="", kind="basic"):
    return {"type": kind, "front": front, "back": back, **({"concept": concept} if concept else {})}


def slide(title, cards, explanation=()):
    said = {**lectures.answer(f"On {title.lower()}", list(explanation), [], "", "", []), "anki_cards": cards}
    return {"said": said, "text": lectures.layer(title, "and some words")}


def lecture(slides, **more):
    """Slides in this order, each with a picture of its own."""
    pictures = [lectures.jpeg(s["text"]["lines"][0]["text"]) for s in slides]
    return lectures.lecture([lectures.slide(n, picture=n, **s) for n, s in enumerate(slides, 1)], **more), pictures


def with_previous(manifest, pictures, summary):
    """The same, told of its previous run."""
    return {**manifest, "previous": {"job": json.loads(summary)["jobId"], "frame": len(pictures) + 1}}, [*pictures, summary]


PAGING = slide("Paging", [card("What is a page?", "A piece of an address space.", "page"),
                          card("What is a frame?", "A block of memory.", "frame"),
                          card("A {{c1::page table}} maps {{c2::pages}} to frames.", "", "page table", "cloze")],
               ["A page table maps pages to frames. Each process has one, so that none can read what another has written."])
SWAPPING = slide("Swapping", [card("Where do pages go?", "To disk.", "swap"), card("Why is it slow?", "Disks are.", "thrashing")])
TITLE = slide("Virtual memory", [card("What is virtual memory?", "An illusion.", "virtual memory")])


# ---- living decks


def later(seconds):
    """After all that the student has done so far: what is imported then is newer than an edit."""
    return int((time.time() + seconds) * 1000)


def corrected():
    """A slide is put in at the front, a question reworded, a card added."""
    paging = copy.deepcopy(PAGING)
    paging["said"]["anki_cards"][1]["front"] = "What is meant by a frame?"
    paging["said"]["anki_cards"].insert(0, card("How large is a page?", "4096 bytes.", "page size"))
    return lecture([TITLE, paging, SWAPPING], created_ms=later(60), filename="lecture_v2.pdf", job="job-2")


def schedule_of(collection):
    return collection.db.all("select id, nid, ord, type, queue, due, ivl, factor, reps, lapses, left, data from cards order by id")


def learn(collection):
    """Answers the cards that Anki shows."""
    count = 0
    collection.decks.select(collection.db.scalar("select did from cards"))
    while queued := collection.sched.get_queued_cards().cards:
        shown = collection.get_card(queued[0].card.id)
        shown.start_timer()
        collection.sched.answer_card(collection.sched.build_answer(
            card=shown, states=queued[0].states, rating=3))
        count += 1
        if count == 20:
            break
    assert count > 0


def test_a_corrected_lecture_changes_only_what_it_corrects(assembler, collection, tmp_path):
    summary, _, deck, *_ = assembler.assemble(*lecture([PAGING, SWAPPING]))
    assert len(take_in(collection, deck, tmp_path).new) == 5
    learn(collection)
    mine = collection.get_note(collection.find_notes("front:*go?*")[0])
    mine["Back"] = "My own words"
    mine.tags.append("hard")
    collection.update_note(mine)
    before, notes = schedule_of(collection), collection.note_count()

    again, _, deck, *_ = assembler.assemble(*with_previous(*corrected(), summary))
    log = take_in(collection, deck, tmp_path)
    assert [re.sub("<[^>]*>", "", f) for f in fronts(collection, log.new)] == ["How large is a page?", "What is virtual memory?"]
    assert [re.sub("<[^>]*>", "", f) for f in fronts(collection, log.updated)] == ["What is meant by a frame?"]
    assert len(log.duplicate) == 4 and len(log.conflicting) == 0
    assert collection.note_count() == notes + 2
    after = schedule_of(collection)
    assert [row for row in after if row[0] in {row[0] for row in before}] == before
    mine.load()
    assert mine["Back"] == "My own words" and "hard" in mine.tags
    assert json.loads(again)["previous"]["used"] is True

    # and the run after that one, of the very same lecture, changes nothing at all
    manifest, pictures = corrected()
    manifest["created_ms"] = later(120)
    log = take_in(collection, assembler.assemble(*with_previous(manifest, pictures, again))[2], tmp_path)
    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 0, 7)


def noisy(text, seed):
    """A picture that packs badly."""
    picture = Image.effect_noise((900, 600), 60 + seed).convert("RGB")
    ImageDraw.Draw(picture).text((20, 20), text, fill="red")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def test_pictures_made_smaller_for_all_are_no_change_of_each(assembler, collection, tmp_path):
    sizes = {"docx": 0, "apkg": 400000, "quality": 75}
    pictures = [noisy("paging", 1), noisy("swapping", 2), noisy("title", 3)]
    manifest, _ = lecture([PAGING, SWAPPING], sizes=sizes)
    summary, _, deck, *_ = assembler.assemble(manifest, pictures[:2])
    take_in(collection, deck, tmp_path)
    before = set(os.listdir(collection.media.dir()))
    manifest, _ = lecture([PAGING, SWAPPING, TITLE], sizes=sizes, created_ms=later(60))
    deck = assembler.assemble(*with_previous(manifest, pictures, summary))[2]
    log = take_in(collection, deck, tmp_path)
    assert (len(log.new), len(log.updated), len(log.duplicate)) == (1, 0, 5)
    named = set(re.findall(r"slidemill-[0-9a-f]{32}\.jpg", str(rows_of(deck, tmp_path, "select flds from notes"))))
    assert len(before) == 2 and not named & before  # all of them are other files now


def test_without_its_previous_run_a_lecture_still_doubles_no_card(assembler, collection, tmp_path):
    take_in(collection, assembler.assemble(*lecture([PAGING, SWAPPING]))[2], tmp_path)
    learn(collection)
    before = schedule_of(collection)
    manifest, pictures = corrected()
    manifest["filename"] = "lecture.pdf"
    log = take_in(collection, assembler.assemble(manifest, pictures)[2], tmp_path)
    assert (len(log.new), len(log.updated), len(log.duplicate)) == (2, 5, 0)
    assert [row for row in schedule_of(collection) if row[0] in {row[0] for row in before}] == before


def test_metadata_name_a_lecture_whatever_its_file(assembler, collection, tmp_path):
    take_in(collection, assembler.assemble(*lecture([PAGING], course="Systems", lecture="3 Paging"))[2], tmp_path)
    manifest, pictures = lecture([TITLE, PAGING], course="Systems", lecture="3 Paging", filename="other.pdf", job="other",
                                 created_ms=lectures.CREATED_MS + 1000)
    log = take_in(collection, assembler.assemble(manifest, pictures)[2], tmp_path)
    assert (len(log.new), len(log.updated)) == (1, 3)
    assert [d.name for d in collection.decks.all_names_and_ids()] == ["Default", "Systems", "Systems::3 Paging"]


def as_first_released(deck, folder):
    """The package with note types as they were: the same fields, older templates, no ids."""
    def older(database):
        models = json.loads(database.execute("select models from col").fetchone()[0])
        for model in models.values():
            model["mod"], model["css"] = 1764000000, ".card { color: red; }"
            for part in model["flds"] + model["tmpls"]:
                del part["id"]
        database.execute("update col set models = ?", [json.dumps(models)])

    return rewritten(deck, folder, older)


def test_a_collection_with_the_first_note_types_takes_the_new_ones(assembler, collection, tmp_path):
    _, _, deck, *_ = assembler.assemble(*lecture([PAGING]))
    assert len(take_in(collection, as_first_released(deck, tmp_path), tmp_path).new) == 3
    manifest, pictures = lecture([PAGING], created_ms=lectures.CREATED_MS + 1000)
    log = take_in(collection, assembler.assemble(manifest, pictures)[2], tmp_path)
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 3, 0)
    ours = [m for m in collection.models.all() if m["name"].startswith("Slidemill")]
    assert sorted(m["id"] for m in ours) == [1764000000001, 1764000000002]
    assert all("nightMode" in m["css"] and "sm-slide" in m["tmpls"][0]["afmt"] for m in ours)


@pytest.mark.parametrize("course, name", [("", "plain"), ("A::B:", ":C:::D"), ("\"q\" \t x", "wide\u3000and\u00a0no-break"), ("::", "\"\""),
                                          ("مقرر", "محاضرة ٣"), ("x" * 200, "é" * 200), ("a * b_c", "100% <b>&amp;</b>")])
def test_names_are_as_anki_takes_them(assembler, collection, tmp_path, course, name):
    manifest, pictures = lecture([PAGING], course=course, lecture=name)
    manifest["overview"] = {"title": "", "outline": [{"title": "Memory: \"how\" it works", "slides": [1]}], "glossary": [],
                            "duplicates": []}
    deck = assembler.assemble(manifest, pictures)[2]
    take_in(collection, deck, tmp_path)
    decks = json.loads(rows_of(deck, tmp_path, "select decks from col")[0][0])
    ours = {d["name"] for d in decks.values()}
    theirs = {d.name for d in collection.decks.all_names_and_ids()}
    assert ours - theirs == set() and len((ours - {"Default"}).pop().split("::")) == (2 if course else 1)
    tags = {tag for (row,) in rows_of(deck, tmp_path, "select tags from notes") for tag in row.split(" ") if tag}
    assert tags == set(collection.tags.all())
    assert {t.split("::")[0] for t in tags} == {"lecture", "slide", "topic"} | ({"course"} if course else set())
    assert all(len(t.split("::")) == 2 for t in tags)
    assert all(collection.find_notes(collection.build_search_string(SearchNode(tag=t))) for t in tags)


# ---- what cards say


def text_of(markup):
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", markup)).split())


def test_a_list_is_asked_entry_by_entry(assembler, collection, tmp_path):
    said = [card("Which three states are there?", "1. running\n2. ready\n3. blocked", "states"),
            card("Which goals?", "safety; liveness; fairness", "goals"),
            card("What does it print?", "a = 1; b = 2; print(a)", "output")]
    summary, _, deck, *_ = assembler.assemble(*lecture([slide("Processes", said)]))
    log = take_in(collection, deck, tmp_path)
    assert len(log.new) == 3 and collection.card_count() == 7
    cards = [collection.get_card(c) for c in collection.find_cards("states")]
    questions = [text_of(c.render_output().question_text) for c in cards]
    assert len(questions) == 3 and "running [...]" not in questions[0] and "[...]" in questions[0] and "ready" in questions[0]
    assert [c["type"] for c in json.loads(summary)["anki_cards"]] == ["cloze", "cloze", "basic"]


def test_no_card_is_empty(assembler, collection, tmp_path):
    """Gaps in code, in formulas and around nothing: Anki finds the cards that the package has, and no more."""
    said = [card("In `for ({{c1::int i}}; i < {{c2::n}}; i++)` it runs.", "", "loop", "cloze"),
            card("```\nint *p = {{c1::malloc}}(4);\n{{c2::free}}(p);\n```", "", "heap", "cloze"),
            card("\\(P = \\frac{{{c1::n}}}{{{c2::k}}}\\) holds", "", "share", "cloze"),
            card("| a |\n|---|\n| {{c1::b}} | {{c2::c}} |", "", "row", "cloze"),
            card("{{c1::\\(\\)}} shows nothing", "", "nothing", "cloze"), card("\\(\\)", "no question", "no"), card("No answer?", "\\[\\]", "none")]
    summary, _, deck, *_ = assembler.assemble(*lecture([slide("Gaps", said)]))
    assert len(take_in(collection, deck, tmp_path).new) == 4 and len(json.loads(summary)["anki_cards"]) == 4
    assert collection.get_empty_cards().report == ""
    assert sorted(len(collection.get_note(note).card_ids()) for note in collection.find_notes("")) == [1, 2, 2, 2]
    loop = collection.get_card(collection.find_cards("runs")[1]).render_output()
    assert text_of(loop.question_text) == "In for ( int i ; i < [...] ; i++) it runs."


def test_the_back_says_why_and_where_from(assembler, collection, tmp_path):
    take_in(collection, assembler.assemble(*lecture([TITLE, PAGING], title="Memory"))[2], tmp_path)
    note = collection.get_note(collection.find_notes('"front:*a frame*"')[0])
    assert note["Extra"] == ""  # no sentence of the slide says more of it
    cloze = collection.get_note(collection.find_notes('"text:*table*"')[0])
    assert "so that none can read what another has written" in cloze["Extra"]
    assert cloze["Source"] == "Memory · Slide 2" and cloze["Lecture"] == "Memory"
    answer = cloze.cards()[0].render_output().answer_text
    assert re.search(r'<details class="sm-slide"><summary>Memory · Slide 2</summary><img src="slidemill-[0-9a-f]{32}\.jpg" alt="">', answer)


# ---- in a browser

MATHS = slide("Bayes", [
    card("State Bayes' rule for \\(P(A \\mid B)\\).", "\\[P(A \\mid B) = \\frac{P(B \\mid A)\\,P(A)}{P(B)}\\]", "Bayes"),
    card("What does **gradient descent** do with $w_t$?", "It takes a step: $w_{t+1} = w_t - \\eta \\nabla L(w_t)$ with `eta < 1`.", "step"),
    card("The softmax is {{c1::\\(\\frac{e^{x_i}}{\\sum_{j=1}^{n} e^{x_j}}\\)}} and sums to {{c2::one::how much?}}", "", "softmax", "cloze"),
    card("Write the wide determinant.", "\\[\\det A = a_{11}a_{22}a_{33} + a_{12}a_{23}a_{31} + a_{13}a_{21}a_{32} - a_{13}a_{22}a_{31} - a_{12}a_{21}a_{33}"
         " - a_{11}a_{23}a_{32}\\] and inline \\(a_{11}a_{22}a_{33} + a_{12}a_{23}a_{31} + a_{13}a_{21}a_{32} - a_{13}a_{22}a_{31} - a_{12}a_{21}a_{33}\\).",
         "determinant"),
    card("Which phases does it have?", "1. burn-in\n2. sampling of \\(x \\sim p\\)\n3. thinning", "phases"),
    card("How is it written in C?", "```\nfor (int i = 0; i < n; i++)\n    total += weight[i] * value[i]; /* one line that is far too long for any phone */\n```\n\n"
         "| step | cost |\n|---|---|\n| sort | \\(n \\log n\\) |\n| scan | n |", "code")],
    ["Bayes' rule turns the probability of data under a hypothesis into that of the hypothesis, which is what one wants to know."])

WORLDS = {
    "maths": ("English", MATHS),
    "arabic": ("Arabic", slide("الشبكات العصبية", [
        card("ما هي دالة الخسارة \\(L(w)\\)؟", "مقياس لمدى خطأ النموذج (batch) من 32 مثالًا: `loss.backward()`.", "دالة الخسارة"),
        card("تتكوّن الشبكة من {{c1::طبقات}} من {{c2::العُقد}}.", "", "طبقات", "cloze"),
        card("ما هي الخطوات؟", "1. تهيئة الأوزان\n2. الانتشار الأمامي\n3. الانتشار العكسي", "خطوات")],
        ["دالة الخسارة تقيس الفرق بين ما يتوقعه النموذج وما هو صحيح، ولذلك تقود التعلّم كله."])),
    "japanese": ("Japanese", slide("論文の探し方", [
        card("先行研究の調査は何から始めるか。", "**総説論文**を読むことから始める。\\(O(n)\\)の時間がかかる。", "総説論文"),
        card("総説論文は{{c1::分野の全体像}}を与える。", "", "全体像", "cloze")],
        ["先行研究を調べるには、まず総説論文を読むのがよい。分野の全体像がつかめるからである。"])),
    "hostile": ("English", slide("<script>alert(1)</script>", [
        card("<script>document.title = 'x'</script><img src=x onerror=alert(1)> \\( unclosed", "}} {{Front}} :: [sound:x.mp3] [latex]x[/latex] \u202eevil", "a"),
        card("A {{c1::<b onclick=alert(1)>}}}} gap::here {{c2::std::vector<int>}} and {{c3::\\(\\frac{1}{{x}}\\)}}", "\\[ never closed {{c1::x", "b", "cloze"),
        card("\\(\\def\\x{\\x}\\x\\) \\(\\require{html}\\href{javascript:alert(1)}{x}\\) \\(\\unknown{a}\\)", "$$\\input{/etc/passwd}$$ \\(\\class{x}{y}\\)", "c"),
        card("w" * 400, "https://example.com/" + "a" * 300 + " ![x](http://evil.invalid/x.png) <a href='http://evil.invalid'>", "d")])),
}


def rendered(collection):
    """Question and answer of every card as Anki renders them, and the style that all of them have."""
    shown = [collection.get_card(number).render_output() for number in collection.find_cards("", order=True)]
    assert len({output.css for output in shown}) == 1
    return [side for output in shown for side in (output.question_text, output.answer_text)], shown[0].css


MODES = {"phone": (360, False), "night": (360, True), "desk": (900, False)}


@pytest.fixture(scope="module")
def seen(assembler, tmp_path_factory):
    """(world, mode) -> what the browser shows."""
    if not browser.CHROMIUM or not browser.MATHJAX.exists():
        pytest.skip("chromium or MathJax is not there (tests/run installs both)")
    decks = []
    for world, (language, said) in WORLDS.items():
        folder = tmp_path_factory.mktemp(world)
        collection = collection_in(folder)
        title = said["text"]["lines"][0]["text"]
        take_in(collection, assembler.assemble(*lecture([said], language=language, title=title))[2], folder)
        sides, css = rendered(collection)
        decks += [browser.Deck(f"{world}-{mode}", sides, css, collection.media.dir(), *how) for mode, how in MODES.items()]
        collection.close()
    return browser.show(tmp_path_factory.mktemp("browser"), decks)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("world", WORLDS)
def test_cards_look_right(seen, world, mode):
    page = seen[f"{world}-{mode}"]
    assert page["background"] == ("rgb(43, 43, 43)" if mode == "night" else "rgb(255, 255, 255)")
    assert page["colour"] == ("rgb(232, 232, 232)" if mode == "night" else "rgb(27, 27, 27)")
    assert page["overflow"] <= 0 and len(page["cards"]) > 3
    for number, side in enumerate(page["cards"]):
        answer = True if number % 2 == 1 else None
        assert side["errors"] == [] and side["overflow"] <= 0 and side["smallest"] >= 13, side
        assert side["folded"] == answer and side.get("opened") == answer, side
        assert set(side["direction"]) == ({"rtl"} if world == "arabic" else {"ltr"})
        assert world == "hostile" or not re.search(r"\\\(|\\\[|\*\*|\$|`", side["text"]), side["text"]
    if world == "maths":
        assert sum(side["formulas"] for side in page["cards"]) == 17


@pytest.mark.parametrize("world", WORLDS)
def test_sort_fields_and_checksums_are_ankis(assembler, collection, tmp_path, world):
    """What the importer makes of the fields again is what stands in the package."""
    language, said = WORLDS[world]
    deck = assembler.assemble(*lecture([said], language=language))[2]
    take_in(collection, deck, tmp_path)
    sql = "select guid, cast(sfld as text), csum, flds from notes order by guid"
    assert [list(row) for row in rows_of(deck, tmp_path, sql)] == [list(row) for row in collection.db.all(sql)]


def test_cards_hold_no_script_and_nothing_from_elsewhere(assembler, collection, tmp_path):
    """As Anki renders them, whatever the lecture says."""
    for language, said in WORLDS.values():
        take_in(collection, assembler.assemble(*lecture([said], language=language, title=said["said"]["title"]))[2], tmp_path)
    sides, css = rendered(collection)
    assert len(sides) > 40 and not re.search(r"url\(|@import|expression|javascript", css)
    for side in sides:
        tree = lxml.html.fromstring(f"<div>{side}</div>")
        assert {e.tag for e in tree.iter()} <= set("div br hr img p b i ul ol li code pre span table tr th td tbody blockquote details summary".split())
        assert {name for e in tree.iter() for name in e.attrib} <= {"class", "id", "lang", "dir", "src", "alt", "value", "data-cloze", "data-ordinal"}
        assert all(re.fullmatch(r"slidemill-[0-9a-f]{32}\.jpg", e.get("src")) for e in tree.iter("img"))
