#!/usr/bin/env python3
"""make - small decks whose text is known, because they are made from it: NAME.pdf, and NAME.txt with what it says

    tests/data/texts/make.py [NAME ...]

All text is made for this project.  Some PDFs have parts of free fonts in them: Amiri and Ezra SIL (SIL Open Font
License), DejaVu, OpenSymbol, Computer Modern (AMS).

Lines of a .txt are in the order of reading, pages are parted by form feeds.  Needs chromium, soffice (LibreOffice
Writer), pdflatex, the fonts Amiri, Ezra SIL and DejaVu Sans, and from PyPI reportlab, python-bidi and
arabic-reshaper.  The PDFs are kept beside this file, so that the tests need none of that.
"""

import html
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

HEBREW = [
    ["מבוא למדעי המחשב",
     "בשנת 1936 תיאר Alan Turing מכונה מופשטת (מכונת טיורינג).",
     "זמן הריצה הוא 12.5 ms לכל היותר, פי 3 פחות מקודם.",
     "השפות Python, Java ו-Rust נלמדות בקורס (ראו פרק 4).",
     "טווח הערכים הוא 10-20 אחוזים [ראו עמוד 15].",
     "האם P = NP? איש אינו יודע."],
    ["מיון וחיפוש",
     "מיון מהיר (quicksort) עובד בזמן ממוצע של 3.2 שניות.",
     "עץ חיפוש בינארי: לכל צומת יש לכל היותר 2 בנים.",
     "\u201cמבנה נתונים\u201d הוא דרך לשמור מידע.",
     "Donald Knuth כתב על כך בשנת 1968."],
]
ARABIC = [
    ["مقدمة في علم الأحياء",
     "الخلية هي الوحدة الأساسية للحياة (اكتشفت عام 1665).",
     "سمك الغشاء 7.5 nm ويحتوي على بروتينات.",
     "ينسخ إنزيم DNA polymerase الحمض النووي.",
     "النسبة ٥٠ من الخلايا [انظر الفصل ٣].",
     "هل تنقسم الخلية؟ نعم، كل 24 ساعة."],
    ["التمثيل الضوئي",
     "يحول النبات ضوء الشمس إلى طاقة (ATP).",
     "المعادلة: ماء وغاز ينتجان سكر وأكسجين.",
     "في عام 1779 بين Jan Ingenhousz دور الضوء."],
]

# Marks, addresses, brackets of both kinds, lines that are mostly Latin: for programs that shape what they draw.
HEBREW_HARD = [["בְּרֵאשִׁית בָּרָא אֱלֹהִים",
                "1. הגדרה: פונקציה f(x) רציפה אם לכל x מתקיים התנאי.",
                "התאריך 12/05/2023 בשעה 14:30, טלפון 03-1234567.",
                "עלייה של 25% (כ-3.5 מיליון $) בשנת 2020.",
                "כתובת: https://www.example.com/path?x=1 ועוד.",
                "הדוא\"ל הוא info@example.org, נא לכתוב."],
               ["שלום עולם",
                "The word שלום means peace in Hebrew.",
                "Figure 3: התא (the cell) and its גרעין.",
                "פרוטוקול TCP/IP (IPv4) ושפת C++ חדשים!",
                "Windows 10 ו-Windows 11 נפוצות.",
                "ד\"ר כהן (Ph.D.) מלמד ב-MIT."]]
ARABIC_HARD = [["السَّلامُ عَلَيْكُم",
                "١. تعريف: الدالة f(x) مستمرة.",
                "التاريخ 12/05/2023 الساعة 14:30.",
                "ارتفاع بنسبة 25% في سنة 2020.",
                "الموقع https://www.example.com مفيد.",
                "لا إله إلا الله والإسلام."],
               ["كتاب",
                "The word كتاب means book.",
                "Figure 3: الخلية (the cell) here.",
                "۱۲۳ نفر در سال ۱۴۰۲ آمدند.",
                "می\u200cخواهم بروم.",
                "نظام Windows 10 ولغة Python سهلة!"]]

TITLE = "Cell biology, lecture 3"
LEFT = ["Membranes are made of two layers of lipids.", "Proteins float in them and let things pass.", "Small ones need no help."]
RIGHT = ["Mitochondria make most of the ATP.", "They have a membrane of their own.", "Their genes come from the mother."]
TABLE = [["Organelle", "Found in", "Size"], ["Nucleus", "animals and plants", "6 micrometres"], ["Chloroplast", "plants only", "5 micrometres"],
         ["Ribosome", "all cells", "20 nanometres"]]
LABELS = [(60, 40, "Nucleus"), (220, 80, "Cytoplasm"), (120, 150, "Cell wall")]
CAPTION = "Figure 1. A plant cell, seen from above."
ACCENTS = ["Größere Übungen für Ärzte", "L\u2019élève reçoit un gâteau à Noël, où ça?", "El niño cumplió años: ¿qué más?",
           "Příliš žluťoučký kůň, Łódź, Ångström, Erdős", "Çelik, ğ, şeker, naïve, coöperate, Ænima, cœur"]


def pages_of(*pages):
    return "\f".join("\n".join(lines) for lines in pages) + "\n"


def structured(figure=True):
    """Title and two columns; a table; a figure with labels."""
    return pages_of([TITLE, *LEFT, *RIGHT], ["What is where", *(" ".join(row) for row in TABLE)],
                    *([["A plant cell", *(label for _, _, label in LABELS), CAPTION]] if figure else []))


# ---- HTML, by Chromium and by LibreOffice ----

BREAK = ' style="page-break-before: always"'
PAGE = """<!doctype html><html dir="{dir}"><meta charset="utf-8"><style>@page {{ size: 640px 360px; margin: 20px }}
body {{ font: 18px "{font}"; margin: 0 }} h1 {{ font-size: 28px; margin: 0 0 12px }} p {{ margin: 0 0 8px }}
{more}</style><body>{body}</body></html>"""


def head(title, first):
    return f'<h1{"" if first else BREAK}>{html.escape(title)}</h1>'


def lines_page(lines, number):
    body = "".join(f"<li>{html.escape(line)}</li>" if number else f"<p>{html.escape(line)}</p>" for line in lines[1:])
    return head(lines[0], number == 0) + (f"<ul>{body}</ul>" if number else body)


def html_lines(pages, font, direction="rtl"):
    return PAGE.format(dir=direction, font=font, more="", body="".join(lines_page(lines, i) for i, lines in enumerate(pages)))


def html_structured(figure=True):
    paragraphs = "".join(f"<p>{line}</p>" for line in LEFT), "".join(f"<p>{line}</p>" for line in RIGHT)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    labels = "".join(f'<text x="{x}" y="{y}" font-size="14">{label}</text>' for x, y, label in LABELS)
    drawing = f"""{head("A plant cell", False)}<svg width="400" height="180"><ellipse cx="180" cy="90" rx="170" ry="80" fill="#dfd"/>{labels}</svg>
<p>{CAPTION}</p>"""
    return PAGE.format(dir="ltr", font="DejaVu Sans", more=".two { columns: 2 } .two div { break-inside: avoid }", body=f"""
{head(TITLE, True)}<div class="two"><div>{paragraphs[0]}</div><div>{paragraphs[1]}</div></div>
{head("What is where", False)}<table border="1" cellpadding="6">{rows}</table>{drawing if figure else ""}""")


def chromium(source, to, folder):
    (folder / "in.html").write_text(source)
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={to}",
                    folder / "in.html"], check=True, capture_output=True, timeout=180)


def libreoffice(source, to, folder):
    (folder / "in.html").write_text(source)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--infilter=HTML (StarWriter)", "--convert-to",
                    "pdf:writer_pdf_Export", "--outdir", folder, folder / "in.html"], check=True, capture_output=True, timeout=180)
    to.write_bytes((folder / "in.pdf").read_bytes())


# ---- pdfTeX ----

TEX = r"""\documentclass[12pt]{article}\usepackage[utf8]{inputenc}\usepackage[paperwidth=640bp,paperheight=360bp,margin=30bp]{geometry}
\DeclareUnicodeCharacter{011F}{\u{g}}\pagestyle{empty}\parindent0pt\parskip6pt\hyphenpenalty10000
\begin{document}%s\end{document}"""


def tex_page(title, body):
    return r"{\LARGE\bfseries %s\par}\bigskip %s\newpage" % (title, body)


def tex_structured():
    column = r"\begin{minipage}[t]{.45\textwidth}%s\end{minipage}"
    rows = r"\\ ".join(" & ".join(row) for row in TABLE)
    labels = "".join(r"\put(%d,%d){%s}" % (x, 180 - y, label) for x, y, label in LABELS)
    return TEX % (tex_page(TITLE, column % r" \par ".join(LEFT) + r"\hfill " + column % r" \par ".join(RIGHT)) +
                  tex_page("What is where", r"\begin{tabular}{|l|l|l|}\hline %s\\ \hline\end{tabular}" % rows) +
                  tex_page("A plant cell", r"\begin{picture}(400,180)\put(200,90){\oval(380,170)}%s\end{picture}\par %s" % (labels, CAPTION)))


def tex_accents():
    return TEX % tex_page(ACCENTS[0], r"\par ".join(ACCENTS[1:]))


SCRIPTS = ["Raised and lowered", "The first survey was made in 1983.1", "Water is H2O, and salt is NaCl.", "There are 10⁶ cells in 3 drops.",
           "We have y = β0 + β1 x1 + β2 x2 here."]


SIGNS = ["If a ≠ b, then x ∉ A.", "A sum ∑ and an integral ∫ of f."]


def tex_scripts():
    return TEX % tex_page(SCRIPTS[0], r"""The first survey was made in 1983.\textsuperscript{1}\par Water is H\textsubscript{2}O, and salt is NaCl.\par
There are $10^6$ cells in 3 drops.\par We have $y = \beta_0 + \beta_1 x_1 + \beta_2 x_2$ here.\par
If $a \neq b$, then $x \notin A$.\par A sum $\sum$ and an integral $\int$ of $f$.""")


def html_scripts():
    return PAGE.format(dir="ltr", font="DejaVu Sans", more="", body="""<h1>Raised and lowered</h1>
<p>The first survey was made in 1983.<sup>1</sup></p><p>Water is H<sub>2</sub>O, and salt is NaCl.</p><p>There are 10<sup>6</sup> cells in 3 drops.</p>
<p>We have <i>y</i> = <i>β</i><sub>0</sub> + <i>β</i><sub>1</sub><i>x</i><sub>1</sub> + <i>β</i><sub>2</sub><i>x</i><sub>2</sub> here.</p>""")


def pdftex(source, to, folder):
    (folder / "in.tex").write_text(source)
    subprocess.run(["pdflatex", "-interaction=batchmode", "in.tex"], cwd=folder, check=True, capture_output=True, timeout=180)
    to.write_bytes((folder / "in.pdf").read_bytes())


# ---- reportlab: no shaping, the program turns the lines round itself ----

FONTS = {"DejaVu": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"}


def canvas_of(to):
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for name, path in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, path))
    return Canvas(str(to), pagesize=(640, 360), invariant=1)


def shown(line):
    import arabic_reshaper
    from bidi.algorithm import get_display

    return get_display(arabic_reshaper.reshape(line), base_dir="R")


def reportlab_lines(pages, to, _):
    canvas = canvas_of(to)
    for lines in pages:
        for i, line in enumerate(lines):
            canvas.setFont("DejaVu", 18 if i else 28)
            canvas.drawRightString(600, 300 - 40 * i, shown(line))
        canvas.showPage()
    canvas.save()


def reportlab_structured(_, to, folder):
    canvas = canvas_of(to)
    canvas.setFont("Helvetica-Bold", 28), canvas.drawString(40, 310, TITLE)
    canvas.setFont("Helvetica", 13)
    for i, (left, right) in enumerate(zip(LEFT, RIGHT)): # row by row, as many programs draw columns
        canvas.drawString(40, 250 - 30 * i, left), canvas.drawString(350, 250 - 30 * i, right)
    canvas.showPage()
    canvas.setFont("Helvetica-Bold", 28), canvas.drawString(40, 310, "What is where")
    canvas.setFont("Helvetica", 15)
    for c in range(3): # column by column
        for r, row in enumerate(TABLE):
            canvas.drawString(40 + 200 * c, 250 - 36 * r, row[c])
    canvas.showPage()
    canvas.setFont("Helvetica-Bold", 28), canvas.drawString(40, 310, "A plant cell")
    canvas.setFont("Helvetica", 13), canvas.drawString(40, 30, CAPTION)
    canvas.ellipse(40, 80, 440, 270)
    for x, y, label in LABELS:
        canvas.drawString(60 + x, 270 - y, label)
    canvas.save()


# ---- by hand: a font that is not in the file ----

def bare(pages, to, turned):
    """Codes are UTF-16; /ToUnicode says so. Glyphs from left to right as they are seen, or each word from the right."""
    cmap = ("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /u def /CMapType 2 def 1 begincodespacerange <0000> <ffff> "
            "endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end end")
    objects = [None, None, f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
               "<< /Type /FontDescriptor /FontName /ArialMT /Flags 32 /FontBBox [-600 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 "
               "/CapHeight 700 /StemV 80 >>",
               "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ArialMT /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
               "/DW 550 /FontDescriptor 4 0 R >>",
               "<< /Type /Font /Subtype /Type0 /BaseFont /ArialMT /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 3 0 R >>"]
    kids = []
    for lines in pages:
        content = ""
        for i, line in enumerate(lines):
            size, text = 28 if i == 0 else 18, shown(line)
            x = 600 - len(text) * size * .55
            glyphs = list(enumerate(text))
            for place, sign in reversed(glyphs) if turned else []:
                content += f"BT /F1 {size} Tf {x + place * size * .55:.2f} {300 - 40 * i} Td <{ord(sign):04x}> Tj ET\n"
            if not turned:
                content += f"BT /F1 {size} Tf {x:.2f} {300 - 40 * i} Td <{''.join(f'{ord(sign):04x}' for sign in text)}> Tj ET\n"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}endstream")
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 640 360] /Contents {len(objects)} 0 R /Resources << /Font << /F1 6 0 R >> >> >>")
        kids.append(f"{len(objects)} 0 R")
    objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    out, places = "%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    to.write_bytes(out.encode())


# ---- all of them: how each is made, from what, and what it says ----

DECKS = {
    "hebrew-chromium": (chromium, html_lines(HEBREW + HEBREW_HARD, "DejaVu Sans"), pages_of(*HEBREW, *HEBREW_HARD)),
    "hebrew-libreoffice": (libreoffice, html_lines(HEBREW + HEBREW_HARD, "Ezra SIL"), pages_of(*HEBREW, *HEBREW_HARD)),
    "hebrew-reportlab": (reportlab_lines, HEBREW, pages_of(*HEBREW)),
    "hebrew-bare": (bare, HEBREW, pages_of(*HEBREW), False),
    "hebrew-bare-turned": (bare, HEBREW, pages_of(*HEBREW), True),
    "arabic-chromium": (chromium, html_lines(ARABIC + ARABIC_HARD, "Amiri"), pages_of(*ARABIC, *ARABIC_HARD)),
    "arabic-libreoffice": (libreoffice, html_lines(ARABIC + ARABIC_HARD, "DejaVu Sans"), pages_of(*ARABIC, *ARABIC_HARD)),
    "arabic-reportlab": (reportlab_lines, ARABIC, pages_of(*ARABIC)),
    "arabic-bare": (bare, ARABIC, pages_of(*ARABIC), False),
    "structured-chromium": (chromium, html_structured(), structured()),
    "structured-libreoffice": (libreoffice, html_structured(False), structured(False)),
    "structured-pdftex": (pdftex, tex_structured(), structured()),
    "structured-reportlab": (reportlab_structured, None, structured()),
    "accents-pdftex": (pdftex, tex_accents(), pages_of(ACCENTS)),
    "scripts-pdftex": (pdftex, tex_scripts(), pages_of(SCRIPTS + SIGNS)),
    "scripts-chromium": (chromium, html_scripts(), pages_of(SCRIPTS)),
}


def main():
    for name in sys.argv[1:] or DECKS:
        maker, source, text, *more = DECKS[name]
        with tempfile.TemporaryDirectory() as folder:
            maker(source, HERE / f"{name}.pdf", *(more or [pathlib.Path(folder)]))
        (HERE / f"{name}.txt").write_text(text)


if __name__ == "__main__":
    main()
