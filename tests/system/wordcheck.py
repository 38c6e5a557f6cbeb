"""What a well-built Word document keeps to beyond its schemas; check() asserts all of it, whatever the lecture says."""

import io
import posixpath
import re
import zipfile

import lxml.etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
LATIN = re.compile("[A-Za-z]")
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Word:
    def __init__(self, data):
        self.package = zipfile.ZipFile(io.BytesIO(data))
        parser = lxml.etree.XMLParser(huge_tree=True)
        self.parts = {n: lxml.etree.fromstring(self.package.read(n), parser)
                      for n in self.package.namelist() if n.endswith((".xml", ".rels"))}
        self.body = self.parts["word/document.xml"].find(f"{W}body")
        self.styles = {s.get(f"{W}styleId"): s for s in self.parts["word/styles.xml"].iter(f"{W}style")}

    def paragraphs(self):
        return list(self.body.iter(f"{W}p"))

    def style(self, paragraph):
        return paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")

    def text(self, element):
        return "".join(t.text or "" for t in element.iter(f"{W}t", f"{M}t"))

    def in_style(self, paragraph, what):
        """A property of the paragraph's style or of one it is based on."""
        name = self.style(paragraph)
        while name:
            style = self.styles[name]
            if style.find(f"{W}pPr/{W}{what}") is not None:
                return True
            name = style.find(f"{W}basedOn").get(f"{W}val") if style.find(f"{W}basedOn") is not None else None
        return False


def check_styles(word):
    used = {e.get(f"{W}val") for part in word.parts.values()
            for e in part.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle", f"{W}basedOn", f"{W}next")}
    assert used <= set(word.styles), used - set(word.styles)
    for part in word.parts.values():  # complex-script twins
        for properties in part.iter(f"{W}rPr"):
            for one, twin in ("b", "bCs"), ("i", "iCs"), ("sz", "szCs"):
                assert (properties.find(W + one) is None) == (properties.find(W + twin) is None)
    assert not any(e.get(f"{W}val") == "both" for part in word.parts.values() for e in part.iter(f"{W}jc"))


def check_ids(word):
    for elements, name in (word.body.iter(f"{WP}docPr"), "id"), (word.body.iter(f"{W}bookmarkStart"), f"{W}id"):
        ids = [e.get(name) for e in elements]
        assert len(ids) == len(set(ids)) and all(0 <= int(i) < 2**31 for i in ids)
    names = [e.get(f"{W}name") for e in word.body.iter(f"{W}bookmarkStart")]
    assert len(names) == len(set(names)) and all(re.fullmatch(r"[a-z]\w{0,39}", n) for n in names)
    assert {e.get(f"{W}anchor") for e in word.body.iter(f"{W}hyperlink")} == set(names)
    ends = [e.get(f"{W}id") for e in word.body.iter(f"{W}bookmarkEnd")]
    assert sorted(ends) == sorted(e.get(f"{W}id") for e in word.body.iter(f"{W}bookmarkStart"))


def check_relationships(word):
    names = set(word.package.namelist())
    reached = {"[Content_Types].xml"}
    for name, part in word.parts.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        targets = {r.get("Id"): posixpath.join(folder, r.get("Target")) for r in part}
        assert len(targets) == len(part) and set(targets.values()) <= names
        reached |= {name} | set(targets.values())
    assert reached == names
    declared = {r.get("Id") for r in word.parts["word/_rels/document.xml.rels"]}
    used = {v for e in word.body.iter() for k, v in e.attrib.items() if k.startswith(R)}
    assert used <= declared
    types = word.parts["[Content_Types].xml"]
    overrides = {e.get("PartName")[1:] for e in types if e.tag.endswith("Override")}
    defaults = {e.get("Extension") for e in types if e.tag.endswith("Default")}
    assert overrides <= names and all(n in overrides or n.rsplit(".", 1)[1] in defaults for n in names)


def check_pictures(word):
    for picture in word.body.iter(f"{WP}docPr"):
        alt = picture.get("descr")
        assert alt and alt.strip(" \n\t") == alt and len(alt.encode()) <= 260, alt
    for paragraph in word.paragraphs():
        if paragraph.find(f".//{WP}inline") is not None:
            assert word.in_style(paragraph, "keepNext")
            below = paragraph.getnext()
            assert word.style(below) == "Caption"
            assert "SEQ Slide" in "".join(f.get(f"{W}instr") for f in below.iter(f"{W}fldSimple"))


def check_headings(word):
    last = 0
    for paragraph in word.paragraphs():
        level = re.fullmatch(r"Heading(\d)", word.style(paragraph))
        if level:
            assert word.in_style(paragraph, "keepNext") and word.text(paragraph).strip()
            assert int(level[1]) <= last + 1, f"{word.text(paragraph)} skips a level"
            last = int(level[1])
    assert last > 0


def check_paragraphs(word):
    for name in "word/document.xml", "word/header1.xml", "word/footer1.xml":
        for paragraph in word.parts[name].iter(f"{W}p"):
            something = word.text(paragraph).strip() or paragraph.find(f".//{W}drawing") is not None
            cell = paragraph.getparent().tag == f"{W}tc"
            assert something or cell or word.style(paragraph) == "TableGap", lxml.etree.tostring(paragraph)[:300]
    for run in word.body.iter(f"{W}r"):
        assert len(run) > (run.find(f"{W}rPr") is not None)


def check_lists(word):
    numbering = word.parts["word/numbering.xml"]
    abstract = {a.get(f"{W}abstractNumId"): {l.get(f"{W}ilvl") for l in a.iter(f"{W}lvl")} for a in numbering.iter(f"{W}abstractNum")}
    nums = {n.get(f"{W}numId"): n.find(f"{W}abstractNumId").get(f"{W}val") for n in numbering.iter(f"{W}num")}
    assert set(nums.values()) <= set(abstract) and len(nums) == len(list(numbering.iter(f"{W}num")))
    for properties in word.body.iter(f"{W}numPr"):
        num, level = (properties.find(W + n).get(f"{W}val") for n in ("numId", "ilvl"))
        assert level in abstract[nums[num]]


def check_tables(word):
    for table in word.body.iter(f"{W}tbl"):
        assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val") is not None
        rows = table.findall(f"{W}tr")
        assert [r.find(f"{W}trPr/{W}tblHeader") is not None for r in rows] == [True] + [False] * (len(rows) - 1)
        assert all(r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows)
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        assert all(len(r.findall(f"{W}tc")) == columns for r in rows)
        assert all(cell[-1].tag == f"{W}p" for cell in table.iter(f"{W}tc"))
        assert sum(int(c.get(f"{W}w")) for c in table.iter(f"{W}gridCol")) <= 9638


def check_directions(word):
    """Each run has one direction, and says so."""
    for run in word.body.iter(f"{W}r"):
        text = "".join(t.text or "" for t in run.iter(f"{W}t"))
        marked = run.find(f"{W}rPr/{W}rtl") is not None
        assert marked or not RTL.search(text), text
        assert not (marked and LATIN.search(text)), text
    for code in word.paragraphs():
        if word.style(code) in ("Code", "Formula"):
            assert code.find(f"{W}pPr/{W}bidi") is None


def check_languages(word, known=True):
    lang = word.parts["word/styles.xml"].find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert (lang is not None) == known
    if known:
        core = word.parts["docProps/core.xml"].find("{http://purl.org/dc/elements/1.1/}language").text
        assert core in lang.attrib.values()
    for run in word.body.iter(f"{W}r"):
        text = "".join(t.text or "" for t in run.iter(f"{W}t"))
        own = {k[len(W):] for k in run.find(f"{W}rPr/{W}lang").attrib} if run.find(f"{W}rPr/{W}lang") is not None else set()
        default = {k[len(W):] for k in lang.attrib} if known else set()
        assert not CJK.search(text) or "eastAsia" in own | default, text
        assert not RTL.search(text) or "bidi" in own | default, text


def check_marks(word):
    """No markup of Markdown or LaTeX in words of ours; a backslash only in the letters of code."""
    for paragraph in word.paragraphs():
        if word.style(paragraph) in ("Code", "SlideText", "Notice", "Subtitle"):
            continue
        for run in paragraph.iter(f"{W}r"):
            style = run.find(f"{W}rPr/{W}rStyle")
            text = "".join(t.text or "" for t in run.iter(f"{W}t"))
            if style is None or style.get(f"{W}val") != "CodeChar":
                assert "\\" not in text, text


def check(data, language_known=True, foreign=False):
    """foreign: headings and table cells hold what stands on pages, which may be anything."""
    word = Word(data)
    for one in (check_styles, check_ids, check_relationships, check_pictures, check_headings, check_paragraphs, check_lists,
                check_tables, check_directions):
        one(word)
    check_languages(word, language_known)
    if not foreign:
        check_marks(word)
    return word
