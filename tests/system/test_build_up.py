"""A page is skipped as a step only if the next one shows all of it: pairs of pages, and what becomes of the first of each."""

import json
import subprocess

import pytest

from rawpdf import HIGH, WIDE, Raw, box, lines, picture, text, title
from service import BUILD, steps
from test_pipeline import check_outputs, model_env

RED, BLUE, WHITE, BLACK, YELLOW = (0.8, 0, 0), (0, 0, 0.8), (1, 1, 1), (0, 0, 0), (1, 1, 0.4)
FIRST, SECOND = text(60, 240, "Swap neighbours out of order"), text(60, 200, "Until no pair is left")
AXES = lines((340, 200), (340, 60), (560, 60))
CURVE = lines((345, 70), (400, 90), (470, 150), (550, 190), colour=BLUE)
NODES = lines((380, 120), (420, 120), (420, 160), (380, 160), (380, 120)) + text(393, 133, "A") + \
    lines((480, 120), (520, 120), (520, 160), (480, 160), (480, 120)) + text(493, 133, "B")


def less(x, y, wide=8):
    return lines((x + wide, y + 8), (x, y + 4), (x + wide, y), width=1)


def minus(x, y):
    return lines((x, y + 4), (x + 8, y + 4), width=1)


def upright(x, y):
    return lines((x + 4, y), (x + 4, y + 8), width=1)


# name: (what the first page shows, what the next one shows)
STEPS = {
    "one more bullet": (FIRST, FIRST + SECOND),
    "the first bullet": ("", FIRST),
    "a figure beside the text": (FIRST, FIRST + AXES + CURVE),
    "a second figure": (FIRST + NODES, FIRST + NODES + lines((100, 60), (200, 120)) + text(210, 120, "slope")),
    "a caption below a picture": (picture("Noise", 340, 60, 200, 120), picture("Noise", 340, 60, 200, 120) + text(340, 30, "Figure 3")),
    "what was dimmed is full": (FIRST + text(60, 200, "Until no pair is left", gray=0.75), FIRST + SECOND),
    "what was full is dimmed": (FIRST, text(60, 240, "Swap neighbours out of order", gray=0.6) + SECOND),
    "the emphasis moves on": (text(60, 240, "Swap neighbours out of order", gray=RED) + SECOND,
                              FIRST + text(60, 200, "Until no pair is left", gray=RED)),
    "a panel behind the words": (FIRST, box(30, 210, 360, 70, YELLOW) + FIRST),
    "a word goes on": (text(60, 240, "Do you agree? Yes"), text(60, 240, "Do you agree? Yes: 13 %")),
    "the page counter counts": (FIRST + text(590, 12, "{page} / 90", 9), FIRST + SECOND + text(590, 12, "{page} / 90", 9)),
    "a counter in a footer": (FIRST + text(40, 12, "A. Example, Sorting, page {page}", 9),
                              FIRST + SECOND + text(40, 12, "A. Example, Sorting, page {page}", 9)),
    "a bar of progress grows": (FIRST + box(0, 0, 200, 3, RED), FIRST + SECOND + box(0, 0, 260, 3, RED)),
    "on dark paper": (box(0, 0, WIDE, HIGH, BLACK) + text(60, 240, "Swap neighbours", gray=1),
                      box(0, 0, WIDE, HIGH, BLACK) + text(60, 240, "Swap neighbours", gray=1) + text(60, 200, "Again", gray=1)),
}

OTHERS = {
    "other years": (text(60, 200, "2000    2004    2008    2011"), text(60, 200, "2013    2016    2019    2022")),
    "another sign": (text(60, 240, "H1: mean > 0"), text(60, 240, "H1: mean < 0") + SECOND),
    "another word": (text(60, 240, "A two-sided test of the mean"), text(60, 240, "A one-sided test of the mean") + SECOND),
    "another number": (text(60, 240, "Alpha is 0.05 here"), text(60, 240, "Alpha is 0.01 here") + SECOND),
    "a minus less": (text(60, 240, "x is -1"), text(60, 240, "x is 1") + SECOND),
    "a power more": (text(60, 240, "We know x"), text(60, 240, "We know x") + text(147, 248, "2", 10)),
    "a fraction of a number": (text(60, 240, "The share is 1"),
                               text(60, 240, "The share is 1") + lines((154, 236), (168, 236), width=1) + text(156, 220, "2")),
    "a power high above": (text(60, 240, "We know x"), text(60, 240, "We know x") + text(146, 250, "2", 10)),
    "words in a frame": (FIRST, FIRST + SECOND + lines((56, 234), (312, 234), (312, 258), (56, 258), (56, 234), width=1)),
    "words that are gone": (FIRST + SECOND, FIRST + text(60, 160, "And that is all")),
    "words in another order": (text(60, 240, "A before B"), text(60, 240, "B before A") + SECOND),
    "labels that changed places": (AXES + text(350, 180, "cost") + text(520, 70, "size"),
                                   AXES + text(350, 180, "size") + text(520, 70, "cost") + FIRST),
    "a drawn sign turned round": (FIRST + less(400, 240), FIRST + less(408, 240, -8) + SECOND),
    "a drawn minus becomes a plus": (FIRST + minus(400, 240), FIRST + minus(400, 240) + upright(400, 240) + SECOND),
    "a drawn equals is struck out": (FIRST + minus(400, 238) + minus(400, 241),
                                     FIRST + minus(400, 238) + minus(400, 241) + lines((402, 238), (406, 248), width=1)),
    "a second stroke makes an equals": (FIRST + minus(400, 238), FIRST + minus(400, 238) + minus(400, 240.5) + SECOND),
    "another picture": (FIRST + picture("Noise", 340, 60, 200, 120), FIRST + SECOND + picture("Other", 340, 60, 200, 120)),
    "a picture with another formula": (FIRST + picture("Less", 400, 100, 60, 60), FIRST + SECOND + picture("More", 400, 100, 60, 60)),
    "a picture upon the words": (FIRST + SECOND, FIRST + SECOND + picture("Noise", 50, 190, 320, 80)),
    "white upon the words": (FIRST + SECOND, FIRST + SECOND + box(50, 190, 320, 40, WHITE) + text(60, 160, "Hidden")),
    "words struck out": (FIRST, FIRST + SECOND + lines((55, 246), (310, 246), colour=RED)),
    "words that fade away": (FIRST + SECOND, FIRST + text(60, 200, "Until no pair is left", gray=0.96)),
    "a curve of another colour": (FIRST + AXES + CURVE, FIRST + SECOND + AXES + CURVE.replace("0 0 0.8", "0.8 0 0")),
    "another curve": (FIRST + AXES + CURVE, FIRST + AXES + lines((345, 190), (550, 70), colour=BLUE)),
    "another node is marked": (FIRST + box(380, 120, 40, 40, YELLOW) + NODES, FIRST + box(480, 120, 40, 40, YELLOW) + NODES),
    "a bar of another height": (FIRST + box(380, 60, 30, 80, BLUE), FIRST + SECOND + box(380, 60, 30, 60, BLUE)),
    "a year at the foot": (FIRST + text(40, 12, "Budget 2012", 9), FIRST + SECOND + text(40, 12, "Budget 2013", 9)),
    "a thin line that moves": (FIRST + lines((340, 100), (560, 100), width=1), FIRST + SECOND + lines((340, 110), (560, 110), width=1)),
}


def noise(seed):
    return bytes((x * (seed + 7) + (x * x >> 3) * seed) & 0xff for x in range(32 * 32 * 3))


def sign(less_than):
    rows = [[255] * 15 for _ in range(15)]
    for y in range(15):
        x = abs(7 - y) * 2
        rows[y][x if less_than else 14 - x] = 0
    return bytes(gray for row in rows for gray in row)


def deck():
    """All pairs one after the other, each with a title of its own, and the pages that are steps."""
    raw, expected, number = Raw(), {}, 0
    gray = "/ColorSpace /DeviceGray /BitsPerComponent 8"
    images = {"Noise": raw.image(noise(3), 32, 32), "Other": raw.image(noise(5), 32, 32),
              "Less": raw.image(sign(True), 15, 15, gray), "More": raw.image(sign(False), 15, 15, gray)}
    resources = "/XObject << {} >>".format(" ".join(f"/{name} {image} 0 R" for name, image in images.items()))
    for pairs, is_step in ((STEPS, True), (OTHERS, False)):
        for name, pair in pairs.items():
            if is_step:
                expected[number + 1] = name
            for content in pair:
                number += 1
                raw.page(title(f"Of {name}") + content.replace("{page}", str(number)), resources)
    return raw.bytes(), expected, number


def named(numbers):
    names = [name for pairs in (STEPS, OTHERS) for name in pairs for _ in range(2)]
    return {number: names[number - 1] for number in numbers}


def test_pairs_without_a_model(tmp_path):
    data, expected, count = deck()
    (tmp_path / "pairs.pdf").write_bytes(data)
    done = subprocess.run([BUILD / "slidemill", "run", "pairs.pdf", "-o", "out"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["total_slides"] == count
    found = steps(summary)
    assert named(found) == named(expected)
    assert all(full == step + 1 for step, full in found.items())


@pytest.mark.parametrize("workers", [1, 2])
def test_pairs_with_a_model(services, doubles, tmp_path, workers):
    data, expected, count = deck()
    (tmp_path / "pairs.pdf").write_bytes(data)
    model = doubles("model.py")
    service = services(**model_env(model), SLIDEMILL_RASTERIZER_COUNT=workers)
    assert service.upload("pairs", tmp_path / "pairs.pdf", "English").status_code == 202
    summary = check_outputs(service, service.finish("pairs"), count)
    assert named(steps(summary)) == named(expected)
    asked = {call["slide"] for call in model.get("calls") if call["what"] == "slide"}
    assert asked == set(range(1, count + 1)) - set(expected)
