"""Formulas as they stand in lectures (tests/data/formulas.tsv), judged by those who are to show them and by pandoc."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unicodedata
import zipfile

import lxml.etree
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SLIDEMILL_BUILD", ROOT / "build"))
NODE = BUILD / "node"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMESPACES = f'xmlns:m="{M[1:-1]}" xmlns:w="{W[1:-1]}"'

SAMPLES = [line.split("\t")[1] for line in (ROOT / "tests/data/formulas.tsv").read_text().splitlines()
           if not line.startswith("#")]


def written(formulas, *options):
    """What the assembler makes of each: omml, mathml (parsed), tex, plain, whole."""
    run = subprocess.run([BUILD / "tests/formula", *options], input="".join(f + "\n" for f in formulas),
                         capture_output=True, text=True, timeout=60, check=True)
    made = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(made) == len(formulas)
    for one in made:
        for kind in ("omml", "mathml"):
            one[kind] = lxml.etree.fromstring(one[kind].encode())[0]
    return made


@pytest.fixture(scope="module")
def made():
    return written(SAMPLES)


def names_of_all_symbols():
    """A formula with each row of the table of symbols, as what it is."""
    rows = re.findall(r'^(SYMBOL|OURS|LITERAL)\("((?:\\.|[^"])*)", "(?:\\.|[^"])*", (\w+)\)',
                      (ROOT / "stages/assembler/formula/formula_symbols.def").read_text(), re.M)
    assert len(rows) > 400
    for kind, name, what in rows:
        name = name.replace('\\"', '"')
        name = name if kind == "LITERAL" else "\\" + name
        yield f"{name}{{x}}" if what in ("ACCENT", "OVER", "UNDER", "ARROW") else f"a {name} b"
        if what in ("OPEN", "CLOSE", "DELIMITER"):
            yield f"\\left{name} b \\right{name}"


def test_there_are_enough_samples_and_all_are_understood(made):
    assert len(SAMPLES) >= 120
    assert [s for s, one in zip(SAMPLES, made) if not one["whole"]] == []


def test_plain_text_is_one_line_without_backslashes(made):
    for sample, one in zip(SAMPLES, made):
        assert one["plain"].strip() == one["plain"] != "", sample
        assert not set(one["plain"]) & set("\\\n{}") - (set("{}") if "\\{" in sample or "cases" in sample or "Bmatrix" in sample
                                                     else set()), (sample, one["plain"])


# ---- Word


@pytest.fixture(scope="module")
def schema():
    folder = ROOT / "tests/data/ooxml"

    class Local(lxml.etree.Resolver):
        def resolve(self, url, public_id, context):
            return self.resolve_filename(str(folder / "xml.xsd"), context) if url.endswith("xml.xsd") else None

    parser = lxml.etree.XMLParser()
    parser.resolvers.add(Local())
    text = (folder / "wml.xsd").read_text().replace(
        'namespace="http://www.w3.org/XML/1998/namespace"/>',
        'namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>')
    return lxml.etree.XMLSchema(lxml.etree.fromstring(text.encode(), parser, base_url=str(folder / "wml.xsd")))


def document(formulas):
    tree = lxml.etree.fromstring(f"<w:document {NAMESPACES}><w:body/></w:document>")
    for formula in formulas:
        lxml.etree.SubElement(tree[0], W + "p").append(formula)
    return tree


@pytest.mark.parametrize("options", [[], ["-i"]], ids=["displayed", "inline"])
def test_omml_fits_the_published_schema(schema, options):
    formulas = [*SAMPLES, *names_of_all_symbols(), "\\foo{x} + \\begin{bar}y", ""]
    schema.assertValid(document([one["omml"] for one in written(formulas, *options)]))


def test_word_finds_nothing_to_be_filled_in(made):
    """An empty element is a dotted box on the screen, unless it is one that is hidden."""
    for sample, one in zip(SAMPLES, made):
        for element in one["omml"].iter(M + "e", M + "num", M + "den", M + "sub", M + "sup", M + "lim", M + "fName"):
            hidden = element.getparent().find(f"{M}naryPr/{M}{lxml.etree.QName(element).localname}Hide")
            assert len(element) > 0 or hidden is not None, (sample, lxml.etree.tostring(element.getparent()))


def test_bars_between_columns_are_drawn():
    even, uneven = written([rf"\left[\begin{{array}}{{cc|c}} 1 & 2 & 3 \\ 4 & 5 & {x} \end{{array}}\right]" for x in (6, r"\frac12")])
    fence = even["omml"].find(f".//{M}d//{M}d")
    assert value(fence, "dPr/sepChr") == "|" and [value(fence, f"dPr/{k}Chr") for k in ("beg", "end")] == ["", ""]
    assert [[len(line) for line in m.iter(M + "mr")] for m in fence.iter(M + "m")] == [[2, 2], [1, 1]]
    lines = [["".join(cell.itertext()) for cell in line] for line in uneven["omml"].iter(M + "mr")]
    assert lines == [["1", "2", "|", "3"], ["4", "5", "|", "12"]]  # one table, or they would not stand side by side
    assert [cell.get("class") for cell in even["mathml"].iter("{*}mtd")] == [None, None, "ruled"] * 2


# ---- the same structure as pandoc's

# What pandoc does not read at all: commands of packages, and lines without an environment.
UNREAD = [r"\dv", r"\pdv", r"\mel", r"\comm", r"\order", r"\laplacian",
          r"\ce", r"\bm", r"\argmin", r"\operatorname*", r"\cfrac", r"\color", r"\cancel", r"\rm{", r"\choose", r"a = b \\ c", r"\SI"]

# Where we are right, or just different.
NORM = "what has a script is the norm, not the line at its end"
FRACTION = "in a fraction, limits stand beside their sum"
ACCEPTED = {
    r"k(\mathbf{x}, \mathbf{x}') = \exp\left( -\frac{\|\mathbf{x} - \mathbf{x}'\|^2}{2\sigma^2} \right)": NORM,
    r"\underset{w, b}{\text{minimize}} \; \frac{1}{2} \lVert w \rVert^2 \quad \text{s.t.} \quad y_i (w^T x_i + b) \geq 1": NORM,
    r"\|x\|_p = \left( \sum_{i=1}^n |x_i|^p \right)^{1/p}": NORM,
    r"\text{softmax}(z_i) = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}": FRACTION,
    r"H(z) = \frac{\sum_{k=0}^{M} b_k z^{-k}}{1 + \sum_{k=1}^{N} a_k z^{-k}}": FRACTION,
    r"x² + y² ≤ r²": "a raised digit is an exponent",
    r"y = 50% \cdot x": "models mean percent, not a comment",
    r"\phantom{x} + y \tag{1}": "we keep the number of an equation",
    r"\left[ \begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6 \end{array} \right]": "a bar between columns is drawn",
    r"\mathop{\mathrm{ess\,sup}}_{x \in X} f(x)": "\\mathop has its limits below",
}

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2061\u00a0\u2003\u2009\u205f\u2004\u2002 "))
SAME = str.maketrans({"‾": "\u0304", "¯": "\u0304", "⃗": "→", "∗": "*", "′": "'", "−": "-", "∖": "\\", "⋅": "·", "∙": "•", "⟂": "⊥",
                      "ϕ": "φ", "ϵ": "ε", "∥": "‖", "∣": "|", "|": "|", "⟹": "⇒", "⟸": "⇐", "⟺": "⇔", "△": "▵"})


def letters(text):
    text = unicodedata.normalize("NFKD", text.translate(SAME).translate(INVISIBLE))
    return text.translate(INVISIBLE).translate(SAME)


def value(element, path):
    found = element.find("/".join(M + part for part in path.split("/")))
    return None if found is None else found.get(M + "val")


def parts(element, *names):
    return tuple(shape(element.find(M + name)) for name in names)


def limits(base, under, over):
    """Over and under in one, however nested."""
    if len(base) == 1 and isinstance(base[0], tuple) and base[0][0] == "limits" and not (under and base[0][2]) and not (
            over and base[0][3]):
        return limits(base[0][1], under or base[0][2], over or base[0][3])
    return ("limits", base, under, over)


def shape(element):
    """The kinds of elements and the text, properties left out. Where two ways mean the same, one of them:

    - fences are their characters: we make elements also of parentheses that do not grow
    - what a sum or a function applies to follows it: the extent of that is a matter of taste
    - limits are limits, of a sum or of anything else, and so are braces, accents and lines over and under something
    - primes are text: pandoc raises only some of them
    """
    row = []
    for child in element:
        name = lxml.etree.QName(child).localname
        if name.endswith("Pr"):
            continue
        if name == "r":
            row.append(letters("".join(child.itertext(M + "t"))))
        elif name == "d":
            beg, sep, end = (value(child, f"dPr/{k}Chr") for k in ("beg", "sep", "end"))
            row.append(letters("(" if beg is None else beg))
            for i, e in enumerate(child.findall(M + "e")):
                row += [letters(sep or "")] * (i > 0) + list(shape(e))
            row.append(letters(")" if end is None else end))
        elif name == "m":
            row.append(("m", *(tuple(shape(cell) for cell in line) for line in child.findall(M + "mr"))))
        elif name == "func":
            row += [*shape(child.find(M + "fName")), *shape(child.find(M + "e"))]
        elif name == "nary":
            sign, (sub, sup) = letters(value(child, "naryPr/chr")), parts(child, "sub", "sup")
            if not sub and not sup:
                row.append(sign)
            elif value(child, "naryPr/limLoc") == "undOvr":
                row.append(limits((sign,), sub, sup))
            else:
                row.append(("beside", sign, sub, sup))
            row += shape(child.find(M + "e"))
        elif name in ("limLow", "limUpp"):
            base, mark = parts(child, "e", "lim")
            row.append(limits(base, mark, ()) if name == "limLow" else limits(base, (), mark))
        elif name in ("acc", "groupChr", "bar"):
            top = name == "acc" or value(child, f"{name}Pr/pos") == "top"
            mark = (letters(value(child, f"{name}Pr/chr") or ("\u0304" if top else "_")),)
            row.append(limits(shape(child.find(M + "e")), () if top else mark, mark if top else ()))
        elif name == "sSup" and set("".join(map(str, shape(child.find(M + "sup"))))) == {"'"}:
            row += [*shape(child.find(M + "e")), *shape(child.find(M + "sup"))]
        elif name in ("box", "phant"):
            row += shape(child.find(M + "e"))
        else:
            row.append((name, *(shape(part) for part in child if not lxml.etree.QName(part).localname.endswith("Pr"))))
    merged = []
    for part in row:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return tuple(merged)


@pytest.fixture(scope="module")
def pandoc(tmp_path_factory):
    if not shutil.which("pandoc"):
        pytest.skip("pandoc is not there (deploy/setup test installs it)")
    folder = tmp_path_factory.mktemp("pandoc")
    text = "".join(f"$${sample}$$\n\n" for sample in SAMPLES)
    subprocess.run(["pandoc", "-f", "markdown", "-t", "docx", "-o", folder / "all.docx"], input=text, text=True, check=True,
                   timeout=120, capture_output=True)
    body = lxml.etree.fromstring(zipfile.ZipFile(folder / "all.docx").read("word/document.xml"))[0]
    paragraphs = body.findall(W + "p")
    assert len(paragraphs) == len(SAMPLES)
    return [p.find(f".//{M}oMath") for p in paragraphs]


def test_structure_is_pandocs(made, pandoc):
    other = []
    for sample, one, theirs in zip(SAMPLES, made, pandoc):
        if theirs is None:
            assert any(part in sample for part in UNREAD), sample
            continue
        ours, theirs = shape(one["omml"].find(M + "oMath")), shape(theirs)
        if ours != theirs and sample not in ACCEPTED:
            other.append((sample, ours, theirs))
    for row in other:
        print(*row, sep="\n  ")
    assert [row[0] for row in other] == []
    assert sum(theirs is not None for theirs in pandoc) > 150 and len(ACCEPTED) <= 10


# ---- browsers and Anki


def test_mathml_is_of_known_elements_with_the_right_number_of_parts(made):
    parts_of = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mroot": 2}
    known = {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msqrt", "mtable", "mtr", "mtd", "mphantom", "mpadded", *parts_of}
    for sample, one in zip(SAMPLES, made):
        for element in one["mathml"].iter():
            name = lxml.etree.QName(element)
            assert name.namespace == "http://www.w3.org/1998/Math/MathML" and name.localname in known, sample
            assert len(element) == parts_of.get(name.localname, len(element)), sample


def typeset(formulas):
    if not (NODE / "node_modules/mathjax").exists():
        pytest.skip("MathJax is not there (tests/run installs it with npm)")
    run = subprocess.run(["node", ROOT / "tests/system/mathjax.js", NODE], input="".join(json.dumps(f) + "\n" for f in formulas),
                         capture_output=True, text=True, timeout=120, check=True)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) == len(formulas)
    return [(formula, trouble) for formula, trouble in zip(formulas, found) if trouble]


BROKEN = [
    r"\foo{x}", r"\frac{a}{b", "a}b", r"\left( a", r"a \right)", "x^2^3", "x^", "_", r"\begin{foo} a \end{foo}", r"\begin{matrix} a",
    r"\end{matrix}", "a & b", r"\hline", r"\text{a", r"\text{\foo $x^2$ {a} 5% #1 & _ ^ ~ \\}", "$x$", r"\limits_a", r"\middle|",
    r"\sqrt[", r"\sqrt[3", r"\ce{", r"\ce{^^}", r"\ce{A ->[\Delta]}", r"\operatorname{a_b}", r"\operatorname{\%}", r"\not", r"\not{ab}",
    r"\binom{n}", r"\over", r"a \over b \over c", r"\xrightarrow{}", r"\xRightarrow[b]{a}", r"\overbracket{a}_{b}", r"\mathop{x}\limits_a^b",
    r"\begin{array}{@{}l|p{3cm}*{2}{c}} a & b \\ [c] & * \end{array}", r"\substack{a \\ b", r"\tag{1", r"\newcommand{\x}{1} \x",
    r"{{a}_{b}}^{c_{d}}", r"::", r"\text{::}", r"\{\{ x \}\}", r"\mathrm{}^2", r"{}", r"\hat{}", r"\bigl x", r"\left< a \right>", "\\",
    r"\def\a{b}", r"\verb|x|", r"\href{javascript:x}{y}", r"\class{a}{b}", r"\require{html}", r"#1", r"\char65", r"\unicode{65}",
]


def test_mathjax_typesets_whatever_we_write(made):
    formulas = [one["tex"] for one in made] + [one["tex"] for one in written([*BROKEN, *names_of_all_symbols()])]
    assert typeset(formulas) == []


def test_nothing_we_write_ends_the_gap_of_a_card(made):
    for one in [*made, *written([*BROKEN, *names_of_all_symbols()])]:
        assert not any(sign in one["tex"] for sign in ("}}", "{{", "::")), one["tex"]


def test_latex_that_we_wrote_is_understood_and_stays(made):
    again = written([one["tex"] for one in made])
    for sample, one, other in zip(SAMPLES, made, again):
        assert other["whole"] and other["tex"] == one["tex"], sample
