"""lecture.apkg in the hands of a student: imported by Anki, learned from, and imported again when the lecture is corrected."""

import copy
import html
import json
import os
import pathlib
import re
import time

import pytest
from anki.collection import SearchNode

import lectures
from assembler import Assembler
from decks import collection_in, fronts, rewritten, rows_of, take_in

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SLIDEMILL_BUILD", ROOT / "build"))


@pytest.fixture(scope="module")
def assembler():
    worker = Assembler(str(BUILD / "slidemill-assembler"))
    yield worker
    assert worker.retire() == 0


@pytest.fixture
def collection(tmp_path):
    made = collection_in(tmp_path)
    yield made
    assert made.fix_integrity()[1]
    made.close()


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


def test_the_back_says_why_and_where_from(assembler, collection, tmp_path):
    take_in(collection, assembler.assemble(*lecture([TITLE, PAGING], title="Memory"))[2], tmp_path)
    note = collection.get_note(collection.find_notes('"front:*a frame*"')[0])
    assert "A page table maps pages to frames." in note["Extra"] or "Each process has one" in note["Extra"] or note["Extra"] == ""
    cloze = collection.get_note(collection.find_notes('"text:*table*"')[0])
    assert "so that none can read what another has written" in cloze["Extra"]
    assert cloze["Source"] == "Memory · Slide 2" and cloze["Lecture"] == "Memory"
    answer = cloze.cards()[0].render_output().answer_text
    assert re.search(r'<details class="sm-slide"><summary>Memory · Slide 2</summary><img src="slidemill-[0-9a-f]{32}\.jpg" alt="">', answer)
