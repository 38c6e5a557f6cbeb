"""A page that cannot be drawn, or not whole, says so: it is neither blank nor a picture without text, and no model is asked."""

import json
import random
import re
import shutil
import subprocess
import zlib

import pytest

from rawpdf import Raw, box, picture, text, title
from service import BUILD, ROOT
from test_pipeline import check_outputs, model_env

CASES = ROOT / "tests" / "data" / "cases" / "pdf"
RANDOM = random.Random(1).randbytes(4000)
GRAY, BITS = "/ColorSpace /DeviceGray /BitsPerComponent 8", "/ColorSpace /DeviceGray /BitsPerComponent 1"
WHOLE = zlib.compress(bytes(range(256)) * 16)
WORDS = title("Sorting in place") + text(60, 240, "Swap neighbours out of order")
PACKED = zlib.compress((WORDS * 9).encode())
JPEG = (CASES / "img-progressive.pdf").read_bytes()
JPEG = JPEG[JPEG.index(b"\xff\xd8"):]
NOWHERE, NULL = "999 0 R", "{null} 0 R"  # beyond all objects; one that is announced and not there

# Pages on which nothing is to be seen, though they have content. An image: (filter, data, its other entries).
UNDRAWN_IMAGES = {
    "JBIG2 that is none": ("/JBIG2Decode", RANDOM, BITS), "JPEG 2000 that is none": ("/JPXDecode", RANDOM, ""),
    "a JPEG that is none": ("/DCTDecode", RANDOM, GRAY), "a JPEG cut in its head": ("/DCTDecode", JPEG[:200], GRAY),
    "a JPEG of no bytes": ("/DCTDecode", b"", GRAY), "a fax that is none": ("/CCITTFaxDecode /DecodeParms << /K -1 /Columns 64 >>", RANDOM, BITS),
    "Flate that is none": ("/FlateDecode", RANDOM, GRAY), "Flate that is cut": ("/FlateDecode", WHOLE[:20], GRAY),
    "an unknown filter": ("/Foo", RANDOM, GRAY), "an unknown filter behind another": ("[/FlateDecode /Foo]", zlib.compress(RANDOM), GRAY),
    "LZW that is none": ("/LZWDecode", RANDOM, GRAY), "an unknown colour space": ("/FlateDecode", WHOLE, "/ColorSpace /No /BitsPerComponent 8"),
}
# What stands in the page's dictionary, after {name} was replaced by the number of such an object.
UNDRAWN = {
    "contents that are not there": f"/Contents {NULL} /Resources << >>", "contents beyond the file": f"/Contents {NOWHERE} /Resources << >>",
    "contents that are a dictionary": "/Contents {dict} 0 R /Resources << >>",
    "contents cut short": "/Contents {cut} 0 R /Resources << /Font << {fonts} >> >>",
    "contents behind an unknown filter": "/Contents {unknown} 0 R /Resources << /Font << {fonts} >> >>",
    "contents that cannot be unpacked": "/Contents {junk} 0 R /Resources << /Font << {fonts} >> >>",
    "a picture that is not there": f"/Contents {{do}} 0 R /Resources << /XObject << /I {NULL} >> >>",
    "a picture that is not named": "/Contents {do} 0 R /Resources << >>",
    "a form that cannot be unpacked": "/Contents {do} 0 R /Resources << /XObject << /I {form} 0 R >> >>",
    "a shading that is not there": "/Contents {shade} 0 R /Resources << >>",
}
DEGRADED = {
    "words, and a font that is broken": "/Contents {words} 0 R /Resources << /Font << /F1 {badfont} 0 R >> >>",
    "words, and a picture that is broken": "/Contents {both} 0 R /Resources << /Font << {fonts} >> /XObject << /I {badimage} 0 R >> >>",
    "words, and a picture in an unknown filter": "/Contents {both} 0 R /Resources << /Font << {fonts} >> /XObject << /I {foreign} 0 R >> >>",
    "words, and a part that is missing": f"/Contents [{{words}} 0 R {NULL}] /Resources << /Font << {{fonts}} >> >>",
}
BLANK = {
    "nothing": "/Contents {nothing} 0 R /Resources << >>", "no contents": "/Resources << >>", "contents of no part": "/Contents [] /Resources << >>",
    "white on white": "/Contents {white} 0 R /Resources << >>",
}
WHOLE_PAGES = {"words": "/Contents {words} 0 R /Resources << /Font << {fonts} >> >>"}
KINDS = {"undrawn": UNDRAWN, "degraded": DEGRADED, "blank": BLANK, "whole": WHOLE_PAGES}


def parts_of(raw):
    file = raw.stream(RANDOM)
    descriptor = raw.add(f"<< /Type /FontDescriptor /FontName /ABCDEF+Foo /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 "
                         f"/Descent -200 /CapHeight 700 /StemV 80 /FontFile2 {file} 0 R >>")
    return {
        "null": raw.add(None), "dict": raw.add("<< /A 1 >>"), "cut": raw.stream(PACKED[:12], "/Filter /FlateDecode"),
        "unknown": raw.stream(RANDOM, "/Filter /Foo"), "junk": raw.stream(RANDOM, "/Filter /FlateDecode"),
        "do": raw.stream(picture("I", 100, 50, 400, 250)), "shade": raw.stream("/S sh"), "words": raw.stream(WORDS),
        "form": raw.stream(RANDOM, "/Type /XObject /Subtype /Form /BBox [0 0 600 300] /Filter /FlateDecode"),
        "badfont": raw.add(f"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Foo /FontDescriptor {descriptor} 0 R /FirstChar 32 "
                           f"/LastChar 126 /Widths [{' '.join(['500'] * 95)}] >>"),
        "both": raw.stream(WORDS + picture("I", 100, 50, 200, 100)), "badimage": raw.image(RANDOM, 64, 64, f"{GRAY} /Filter /FlateDecode"),
        "foreign": raw.image(RANDOM, 64, 64, f"{GRAY} /Filter /Foo"),
        "nothing": raw.stream(""), "white": raw.stream(box(0, 0, 640, 360, (1, 1, 1))), "fonts": raw.fonts}


def deck():
    """One page of each, and what each must come to."""
    raw = Raw()
    parts, expected = parts_of(raw), []
    for kind, pages in KINDS.items():
        for name, entries in pages.items():
            raw.page("", entries=entries.format(**parts))
            expected.append((kind, name))
    for name, (way, data, rest) in UNDRAWN_IMAGES.items():
        image = raw.image(data, 64, 64, f"{rest} /Filter {way}")
        raw.page(picture("I", 0, 0, 640, 360), f"/XObject << /I {image} 0 R >>")
        expected.append(("undrawn", name))
    return raw.bytes(), expected


def kind_of(slide):
    if slide["outcome"] == "text_only" and slide["explanation"] == []:
        return "undrawn"
    return "degraded" if slide.get("degraded") else "blank" if slide["outcome"] == "blank" else "whole"


def check(summary, expected):
    assert [(kind_of(slide), name) for slide, (_, name) in zip(summary["slides"], expected)] == expected
    for slide in summary["slides"]:
        assert slide.get("degraded", False) == (kind_of(slide) in ("undrawn", "degraded"))
        if slide.get("degraded"):
            assert slide["reason"]["code"] == "RENDER_ERROR" and "export the PDF again" in slide["reason"]["message"]
            assert ("not blank" in slide["reason"]["message"]) == (kind_of(slide) == "undrawn"), slide


def run(folder, *arguments):
    done = subprocess.run([BUILD / "slidemill", "run", *arguments, "-o", "out"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "out" / "summary.json").read_text()), done.stdout


def test_without_a_model(tmp_path):
    data, expected = deck()
    (tmp_path / "damaged.pdf").write_bytes(data)
    summary, said = run(tmp_path, "damaged.pdf", "--outputs", "md")
    check(summary, expected)
    numbers = [str(number) for number, (kind, _) in enumerate(expected, 1) if kind in ("undrawn", "degraded")]
    assert f"are damaged or missing: slides {', '.join(numbers)}; summary.json says why" in said
    said = (tmp_path / "out" / "lecture.md").read_text()
    assert "without readable text" not in said and "explained from its text alone" not in said
    assert said.count("This slide could not be explained") == sum(kind == "undrawn" for kind, _ in expected)


def test_with_a_model(services, doubles, tmp_path):
    data, expected = deck()
    (tmp_path / "damaged.pdf").write_bytes(data)
    model = doubles("model.py")
    service = services(**model_env(model))
    assert service.upload("damaged", tmp_path / "damaged.pdf", "English").status_code == 202
    check(check_outputs(service, service.finish("damaged"), len(expected)), expected)
    asked = {call["slide"] for call in model.get("calls") if call["what"] == "slide"}
    assert asked <= {number for number, (kind, _) in enumerate(expected, 1) if kind in ("degraded", "whole")}


def test_a_broken_part_is_told_on_each_page_that_has_it(tmp_path):
    raw = Raw()
    image = raw.image(RANDOM, 64, 64, f"{GRAY} /Filter /FlateDecode")
    for number in range(3):
        raw.page(title(f"Part {number + 1} of three") + picture("I", 100, 50, 200, 100), f"/XObject << /I {image} 0 R >>")
    (tmp_path / "again.pdf").write_bytes(raw.bytes())
    summary, _ = run(tmp_path, "again.pdf")
    assert [slide.get("degraded") for slide in summary["slides"]] == [True] * 3


@pytest.mark.parametrize("name, slides, mangled", [("chunked-many", 12, {3, 8, 11}), ("chunked-one", 12, set()), ("nul-after", 1, set())])
def test_slides_of_a_repaired_file_are_named(tmp_path, name, slides, mangled):
    shutil.copy(CASES / f"{name}.pdf", tmp_path)
    summary, said = run(tmp_path, f"{name}.pdf")
    named = {slide["slide_number"] for slide in summary["slides"] if slide.get("degraded")}
    assert summary["repaired"] and summary["total_slides"] == slides
    assert named >= mangled and (mangled or not named), named
    assert all(str(number) in re.search("slides (.*); summary.json", said)[1].split(", ") for number in mangled)


def test_a_file_cut_anywhere_says_which_pages_are_not_whole(tmp_path):
    """No page of a cut file is blank: each one whose words are gone says so."""
    raw = Raw()
    for number in range(4):
        raw.page(title(f"Part {number + 1} of four") + text(60, 240, "Swap neighbours out of order"))
    data = raw.bytes()
    for share in range(30, 100, 7):
        (tmp_path / "cut.pdf").write_bytes(data[:len(data) * share // 100])
        done = subprocess.run([BUILD / "slidemill", "run", "cut.pdf", "-o", "out"], cwd=tmp_path, capture_output=True, text=True)
        if done.returncode != 0:
            assert "PDF_CORRUPT" in done.stderr or "ALL_SLIDES_FAILED" in done.stderr or "PDF_EMPTY" in done.stderr, done.stderr
            continue
        for slide in json.loads((tmp_path / "out" / "summary.json").read_text())["slides"]:
            whole = slide["title"].startswith("Part")
            assert whole or slide["outcome"] == "failed" or slide.get("degraded"), (share, slide)
