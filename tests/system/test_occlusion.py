"""Image occlusion: covers over the labels of a figure, as Anki's own note type, imported and opened by Anki itself."""

import copy
import io
import json
import pathlib

import jsonschema
import pytest
from PIL import Image, ImageDraw

import lectures
from decks import take_in
from service import CORPUS
from test_pipeline import model_env

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "Slidemill Image Occlusion"
FROM_TOP = ["Dendrite", "Axon", "Cell body", "Axon terminal", "Myelin"]


def figure_notes(collection):
    return [collection.get_note(n) for n in collection.find_notes(f'"note:{NAME}"')]


def boxes(note, size):
    """The covers as Anki's editor reads them, in pixels of a picture of that size."""
    found = []
    for occlusion in note.occlusions:
        assert [shape.shape for shape in occlusion.shapes] == ["rect"]
        at = {p.name: p.value for p in occlusion.shapes[0].properties}
        left, top, width, height = (float(at[name]) for name in ("left", "top", "width", "height"))
        found.append((left * size[0], top * size[1], (left + width) * size[0], (top + height) * size[1]))
    return found


def test_the_note_type_is_ankis_own(assembler, collection, tmp_path):
    take_in(collection, assembler.assemble(*lectures.with_figure())[2], tmp_path)
    collection.add_image_occlusion_notetype()
    ours, theirs = (collection.models.by_name(name) for name in (NAME, "Image Occlusion"))
    for name in ("type", "css", "originalStockKind", "sortf"):
        assert ours[name] == theirs[name], name
    for name in ("name", "qfmt", "afmt"):
        assert ours["tmpls"][0][name] == theirs["tmpls"][0][name], name
    for mine, stock in zip(ours["flds"], theirs["flds"], strict=True):
        assert {k: mine[k] for k in stock if k != "id"} == {k: v for k, v in stock.items() if k != "id"}


def test_anki_opens_the_note_as_an_image_occlusion(assembler, collection, tmp_path):
    manifest, pictures = lectures.with_figure()
    summary, _, deck = assembler.assemble(manifest, pictures)
    first, second = (take_in(collection, deck, tmp_path) for _ in range(2))
    assert (len(first.new), len(second.new)) == (4, 0)
    (note,) = figure_notes(collection)
    assert len(note.card_ids()) == len(FROM_TOP)
    opened = collection.get_image_occlusion_note(note.id).note
    assert opened.image_data == pictures[1] and opened.occlude_inactive
    assert "A nerve cell" in opened.header and "Slide 2" in opened.back_extra
    assert sorted(occlusion.ordinal for occlusion in opened.occlusions) == [1, 2, 3, 4, 5]
    # Anki would make the same cards of it, and an edit in its own editor is one
    assert collection.get_empty_cards().report == ""
    collection.update_image_occlusion_note(note.id, note.fields[0], "Another header", opened.back_extra, [])
    assert len(collection.get_note(note.id).card_ids()) == len(FROM_TOP)
    assert collection.fix_integrity()[1]


def test_covers_hide_the_labels_and_nothing_else(assembler, collection, tmp_path):
    manifest, pictures = lectures.with_figure()
    take_in(collection, assembler.assemble(manifest, pictures)[2], tmp_path)
    (note,) = figure_notes(collection)
    opened = collection.get_image_occlusion_note(note.id).note
    picture = Image.open(io.BytesIO(opened.image_data)).convert("L")
    covered = picture.copy()
    for box in boxes(opened, picture.size):
        ImageDraw.Draw(covered).rectangle(box, fill="white")
    below_title = (0, 120, 1024, 768)
    assert picture.crop(below_title).getextrema()[0] < 50 and covered.crop(below_title).getextrema()[0] > 200
    title = (0, 0, 1024, 120)
    assert covered.crop(title).tobytes() == picture.crop(title).tobytes()


def test_summary_tells_of_it(assembler):
    summary = json.loads(assembler.assemble(*lectures.with_figure())[0])
    jsonschema.Draft202012Validator(json.loads((ROOT / "proto/summary.schema.json").read_text())).validate(summary)
    assert [card["type"] for card in summary["anki_cards"]] == ["basic", "basic", "basic", "occlusion"]
    card = summary["anki_cards"][-1]
    assert card["labels"] == FROM_TOP and card["front"] == "A nerve cell" and card["slide_number"] == 2


def test_a_changed_figure_changes_its_note_alone(assembler, collection, tmp_path):
    manifest, pictures = lectures.with_figure()
    summary, _, deck = assembler.assemble(manifest, pictures)
    take_in(collection, deck, tmp_path)
    (before,) = figure_notes(collection)
    labels = {name: at for name, at in lectures.FIGURE.items() if name != "Myelin"}
    changed, pictures = lectures.with_figure({**labels, "Node of Ranvier": (180, 650)}, created_ms=manifest["created_ms"] + 60000)
    changed["slides"].insert(0, copy.deepcopy(changed["slides"][0]))
    for number, slide in enumerate(changed["slides"], 1):
        slide["slide"] = number
    changed["slides"][0]["answer"]["title"] = "Something new"
    changed["slides"][0]["answer"]["anki_cards"] = []
    log = take_in(collection, assembler.assemble(changed, pictures)[2], tmp_path)
    (after,) = figure_notes(collection)
    assert len(log.new) == 0 and (after.id, after.guid) == (before.id, before.guid)
    assert after.fields[0] != before.fields[0] and after.card_ids() == before.card_ids()


def without_places(manifest):
    for line in manifest["slides"][1]["layer"]["lines"]:
        line["w"] = 0


def without_layer(manifest):
    manifest["slides"][1]["layer"] = None


def two_labels(manifest):
    del manifest["slides"][1]["answer"]["labels"][2:]


def version_2(manifest):
    del manifest["slides"][1]["answer"]["labels"]


@pytest.mark.parametrize("change", (without_places, without_layer, two_labels, version_2))
def test_where_it_does_not_fit_there_is_none(assembler, collection, tmp_path, change):
    manifest, pictures = lectures.with_figure()
    change(manifest)
    summary, _, deck = assembler.assemble(manifest, pictures)
    take_in(collection, deck, tmp_path)
    assert collection.models.by_name(NAME) is None and collection.note_count() == 3
    assert {card["type"] for card in json.loads(summary)["anki_cards"]} == {"basic"}


def test_the_figures_of_a_lecture_are_covered(services, doubles, tmp_path, collection):
    """From the PDF to Anki: the model names the labels, the page's text has them, each cover has ink under it."""
    service = services(**model_env(doubles("model.py")))
    assert service.upload("figures", CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf").status_code == 202
    state = service.finish("figures")
    figures = [card for card in service.summary(state)["anki_cards"] if card["type"] == "occlusion"]
    assert ["Compilerinput", "Compileroutput"] == figures[0]["labels"][:2]
    take_in(collection, service.output(state, "anki_url"), tmp_path)
    notes = [collection.get_image_occlusion_note(note.id).note for note in figure_notes(collection)]
    assert [len(note.occlusions) for note in notes] == [len(card["labels"]) for card in figures]
    for note in notes:
        picture = Image.open(io.BytesIO(note.image_data)).convert("L")
        for box in boxes(note, picture.size):
            assert picture.crop(tuple(map(round, box))).getextrema()[0] < 100
