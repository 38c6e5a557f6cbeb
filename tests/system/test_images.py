"""Images of every kind come out in their colours: mean colours of three places of a slide's picture."""

import io
import json
import subprocess
import zipfile
import zlib

import pytest
from PIL import Image

from rawpdf import Raw, picture, title
from service import BUILD, ROOT

CASES = ROOT / "tests" / "data" / "cases" / "pdf"
NEAR = 8  # of 255: what a JPEG of the slide may change
STRIPES = [(220, 30, 30), (30, 160, 60), (30, 60, 200)]
DITHERED = [(167, 167, 167), (146, 146, 146), (189, 189, 189)]
MEANS = {"16bit": STRIPES, "cmyk-jpeg": STRIPES, "cmyk-raw": STRIPES, "indexed": STRIPES, "jpx": STRIPES, "progressive": STRIPES,
         "lab": [(254, 0, 0), (227, 227, 227), (227, 227, 227)], "cmyk-jpeg-nodecode": [(0, 0, 0)] * 3,
         "1bit-decode": DITHERED, "ccitt": DITHERED,
         "smask": [(230, 110, 110), (95, 190, 120), (115, 135, 222)]}


def slide(folder, pdf):
    """The picture of the only slide, and what the summary says of it."""
    done = subprocess.run([BUILD / "slidemill", "run", pdf, "-o", "out"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / "out" / "lecture.docx") as docx:
        name, = (name for name in docx.namelist() if name.endswith((".jpeg", ".jpg")))
        image = Image.open(io.BytesIO(docx.read(name))).convert("RGB")
    return image, json.loads((folder / "out" / "summary.json").read_text())["slides"][0]


def mean(image, x, y, side=0.05):
    """Of a square around a place, all as shares of the picture's width and height."""
    w, h = image.size
    part = image.crop((int((x - side) * w), int((y - side) * h), int((x + side) * w), int((y + side) * h)))
    return part.resize((1, 1), Image.BOX).getpixel((0, 0))


def near(found, wanted, most=NEAR):
    return all(abs(a - b) <= most for one, other in zip(found, wanted) for a, b in zip(one, other))


@pytest.mark.parametrize("name", MEANS)
def test_each_kind_of_image(tmp_path, name):
    image, facts = slide(tmp_path, CASES / f"img-{name}.pdf")
    found = [mean(image, x, 0.55) for x in (0.24, 0.5, 0.77)]
    assert near(found, MEANS[name], 24 if name == "smask" else NEAR), found
    assert not facts.get("degraded")


SPACE = "[/Lab << /WhitePoint [0.9642 1 0.8249] /Range [-128 127 -128 127] >>]"
LAB = [(90, 0, 0), (60, 40, -50), (50, 70, 50), (20, -20, 10)]
RGB = [(227, 227, 227), (170, 121, 234), (230, 38, 38), (15, 56, 33)]  # CIE 15 and IEC 61966-2-1


def samples(twice=1):
    return b"".join(bytes(byte for value in (round(l * 2.55), a + 128, b + 128) for byte in [value] * twice) * 16 for l, a, b in LAB) * 16


LABS = {"a byte each": ("8", samples()), "with its bounds told": ("8 /Decode [0 100 -128 127 -128 127]", samples()), "16 bits": ("16", samples(2))}


@pytest.mark.parametrize("name", LABS)
def test_lab_images(tmp_path, name):
    bits, data = LABS[name]
    raw = Raw()
    image = raw.image(zlib.compress(data), 64, 16, f"/ColorSpace {SPACE} /BitsPerComponent {bits} /Filter /FlateDecode")
    raw.page(title(f"Lab, {name}") + picture("I", 0, 0, 640, 160), f"/XObject << /I {image} 0 R >>")
    (tmp_path / "lab.pdf").write_bytes(raw.bytes())
    found, _ = slide(tmp_path, "lab.pdf")
    colours = [mean(found, (place + 0.5) / 4, 0.8) for place in range(4)]
    assert near(colours, RGB), colours
