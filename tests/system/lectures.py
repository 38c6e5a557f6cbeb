"""Manifests for the assembler: lectures as the supervisor would hand them over."""

import io

from PIL import Image, ImageDraw, ImageFont

CREATED_MS = 1764000000000


def jpeg(text="", size=(1024, 768)):
    picture = Image.new("RGB", size, "#f4f1e8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle([40, 40, size[0] - 40, 120], fill="#27456b")
    draw.text((60, 70), text.encode("ascii", "replace").decode(), fill="white")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def layer(*lines):
    return {"width": 1024, "height": 768, "lines": [
        {"x": 10, "y": 30 * i, "w": 500, "h": 24, "size": 40 if i == 0 else 22, "bold": int(i == 0),
         "mono": int(text.startswith("$")), "text": text} for i, text in enumerate(lines)]}


def answer(title, explanation, points, connections, summary, cards):
    return {"title": title, "explanation": explanation, "key_points": points, "connections": connections,
            "short_summary": summary, "anki_cards": [{"front": f, "back": b} for f, b in cards]}


def slide(number, outcome="explained", picture=0, said=None, text=None, **more):
    return {"slide": number, "outcome": outcome, "picture": picture, "width": 1024, "height": 768, "degraded": 0,
            "code": "", "detail": "", "layer": text, "answer": said, "input_tokens": 0, "output_tokens": 0,
            "calls": 0, **more}


def lecture(slides, **more):
    return {"job": "job-1", "filename": "lecture.pdf", "title": "", "language": "English", "engine": "openai",
            "model": "gpt-4o", "created_ms": CREATED_MS, "repaired": 0, "slides": slides, **more}


LATIN = answer(
    "Gaussian processes: the weight-space view",
    ["A Gaussian process is a distribution over functions. Each finite set of points has a joint normal "
     "distribution, fixed by a mean and a covariance function.",
     "The posterior follows from conditioning: the data pull the mean towards them and shrink the variance."],
    ["The kernel says which functions are likely before any data.", "Prediction is conditioning, not fitting.",
     "Cost grows with the cube of the number of points."],
    "Builds on Bayesian linear regression, and leads to kernel methods.",
    "A Gaussian process turns prior beliefs about functions into predictions with honest error bars.",
    [("What fixes a Gaussian process?", "A mean function and a covariance function."),
     ("How does the cost of exact inference grow?", "With the cube of the number of points: O(n^3).")])

ARABIC = answer(
    "مقدمة في الشبكات العصبية",
    ["الشبكة العصبية نموذج حسابي مستوحى من الدماغ. تتكوّن من طبقات من العُقد المترابطة.",
     "يُستخدم خوارزم الانتشار العكسي Backpropagation لتحديث الأوزان بعد كل دفعة (batch) من 32 مثالًا."],
    ["كل عقدة تحسب مجموعًا موزونًا ثم دالة تنشيط.", "التعلّم هو تقليل دالة الخسارة.", "معدل التعلّم 0.01 شائع."],
    "يمهّد هذا للدرس التالي عن الشبكات الالتفافية (CNN).", "الشبكات العصبية تتعلّم من الأمثلة بتعديل أوزانها.",
    [("ما هي دالة الخسارة؟", "مقياس لمدى خطأ النموذج على البيانات.")])

JAPANESE = answer(
    "論文の探し方",
    ["先行研究を調べるには、まず総説論文を読むのがよい。分野の全体像がつかめるからである。",
     "次に、参考文献をたどって原著論文を読む。Google Scholarを使うと被引用論文も調べられる。"],
    ["総説論文(Review)から始める。", "引用をさかのぼる。", "被引用から新しい研究を探す。"],
    "次のスライドでは論文の読み方を扱う。", "総説から始めて、引用の網をたどる。",
    [("先行研究の調査は何から始めるか。", "総説論文を読むことから始める。")])

HOSTILE = answer(
    "<script>alert(1)</script> & ]]> \u0000\u0001\u001b[31m red\ufffe",
    ["{{c1::cloze}} }} {{Front}} {{{x}}} [sound:x.mp3] [latex]\\input{/etc/passwd}[/latex] [$]x[/$] [anki:tts lang=en]",
     "\r\nline\rone\n\ttab \u202eevil\u202c \u2066x\u2069 &#x0; &lt; \"quoted\" 'single'", "x" * 1000000],
    ["<img src=x onerror=alert(1)>", "]]>", "\u0007"],
    "a \x1f b \x7f \x9f c", "<w:p/>&amp;",
    [("{{c1::front}} <b>[sound:a.mp3]\nnext\u00a0line</b> & \x1f \"q\"", "}}::{{ [latex]x[/latex] <img src=x>"),
     ("y" * 1000000, "z" * 1000000), ("", "no front"), ("no back", "\x01")])


def simple(said, language, **more):
    picture = jpeg("slide")
    return lecture([slide(1, picture=1, said=said)], language=language, **more), [picture]


def with_failures():
    """Every outcome once, and a damaged page."""
    pictures = [jpeg(f"slide {n}") for n in range(1, 6)]
    slides = [
        slide(1, picture=1, said=LATIN, input_tokens=900, output_tokens=300, calls=1),
        slide(2, "cached", picture=2, said=LATIN),
        slide(3, "text_only", said=LATIN, degraded=1, code="RENDER_TIMEOUT",
              detail="The page took longer than 10 s to draw; raise stages.rasterizer.page_ms."),
        slide(4, "blank", picture=3, text=layer()),
        slide(5, "skipped", picture=4, text=layer("Agenda", "1. Shells", "2. Pipes")),
        slide(6, "failed", picture=5, text=layer("Pipes join programs", "$ ls | wc -l", "هذا سطر عربي", "Plain words"),
              code="MODEL_REFUSED", detail="", input_tokens=900, output_tokens=5, calls=3),
        slide(7, "failed", text=layer(), code="SLIDE_POISON", detail="The page killed its worker three times.",
              width=0, height=0),
        slide(8, picture=2, said=LATIN, degraded=1, code="RENDER_ERROR", detail="A picture in the page is broken."),
    ]
    return lecture(slides, title="Shells and pipes", repaired=1), pictures


def many(count, cards=3):
    pictures = [jpeg(f"slide {n}") for n in range(1, count + 1)]
    slides = []
    for n in range(1, count + 1):
        said = answer(f"Topic {n}", LATIN["explanation"] * 2, LATIN["key_points"], LATIN["connections"],
                      LATIN["short_summary"], [(f"Question {n}.{k}?", f"Answer {n}.{k}.") for k in range(cards)])
        slides.append(slide(n, picture=n, said=said))
    return lecture(slides, title="A long lecture"), pictures


def with_all(language="English", **more):
    """All that a newer manifest may say: kinds, gaps, steps, claims without support, an overview, costs."""
    pictures = [jpeg(f"slide {n}") for n in range(1, 8)]
    plain = {"grounded": True, "unsupported": []}
    cards = [
        {"type": "cloze", "front": "A {{c1::page table}} maps {{c2::pages}} to {{c1::frames}} & more", "back": "See <TLB>"},
        {"type": "cloze", "front": "In C++ {{c1::std::vector}} grows, \\(P = {{c1::\\frac{n}{k}}}\\)", "back": ""},
        {"type": "cloze", "front": "The {{c3::MMU::the hardware}} does it", "back": ""},
        {"type": "cloze", "front": "no gap at all", "back": "so it is a plain one"},
        {"type": "basic", "front": "What is a frame?", "back": "A block of memory, 4096 bytes."},
        {"type": "basic", "front": "what is a frame", "back": "asked twice"},
        {"type": "basic", "front": "What is a page frame?", "back": "nearly the same"}]
    slides = [
        slide(1, picture=1, said={**answer("Virtual memory", ["The first slide of a lecture by Ann Other."], [], "", "", []),
                                  "kind": "title", **plain}, cost_usd=0.001),
        slide(2, "skipped", picture=2, text=layer("Paging"), code="BUILD_UP", see_slide=4),
        slide(3, "skipped", picture=3, text=layer("Paging"), code="BUILD_UP", see_slide=4),
        slide(4, picture=4, said={
            **answer("Paging", ["Memory is cut into pages of 4096 bytes, as Kurt Weber wrote."], ["Pages", "Frames"],
                     "", "Paging.", []), "anki_cards": cards, "kind": "content", "grounded": False, "unsupported": [
                {"where": "explanation", "index": 0, "kind": "name", "text": "Kurt Weber"},
                {"where": "key_points", "index": 1, "kind": "number", "text": "4096"},
                {"where": "card", "index": 4, "kind": "number", "text": "4096"}]},
              input_tokens=900, output_tokens=300, calls=2, cost_usd=0.0123),
        slide(5, "cached", picture=5, said={**answer("Swapping", ["Pages go to disk."], ["Disk"], "", "S.",
                                                    [("What is a frame?", "The last one stays.")]),
                                            "kind": "content", "grounded": None, "unsupported": []}, cost_usd=0),
        slide(6, "skipped", picture=6, text=layer("Budget"), code="BUDGET_JOB"),
        slide(7, picture=7, said={**answer("Thanks", [], [], "", "", []), "kind": "closing", **plain})]
    overview = {"title": "Virtual memory: paging and swapping", "outline": [
        {"title": "", "slides": [5, 7]}, {"title": "Nowhere", "slides": []}, {"title": "Beginning", "slides": [1]}, {"title": "Paging", "slides": [2, 3, 4, 6]}, {"title": "Nowhere", "slides": [99]}],
        "glossary": [{"term": "Frame", "definition": "A block of memory.", "slide": 3},
                     {"term": "Page", "definition": "A piece of an address space.", "slide": 0}],
        "duplicates": [{"slide": 4, "card": 6}, {"slide": 99, "card": 0}]}
    head = {"prompt": "0123abcd" * 8, "overview": overview, "cost_usd": 0.0133, "saved": {"cached": 1, "build_up": 2, "blank": 0},
            "usage": {"calls": 4, "input_tokens": 1234, "output_tokens": 567}}
    return lecture(slides, language=language, title="lecture_final_v2", **{**head, **more}), pictures


FIGURE = {"Dendrite": (120, 180), "Cell body": (420, 300), "Axon": (700, 260), "Axon terminal": (760, 560), "Myelin": (180, 620)}


def figure_picture(labels):
    """A slide with a title and labels at places, as text layers tell them, and as a JPEG."""
    picture = Image.new("RGB", (1024, 768), "white")
    draw, lines = ImageDraw.Draw(picture), []
    for text, (x, y), size in [("A nerve cell", (60, 40), 48), *((text, at, 26) for text, at in labels.items())]:
        font = ImageFont.load_default(size)
        left, top, right, bottom = draw.textbbox((x, y), text, font=font)
        draw.text((x, y), text, fill="black", font=font)
        lines.append({"x": int(left), "y": int(top), "w": int(right - left) + 1, "h": int(bottom - top) + 1, "size": size,
                      "bold": 0, "mono": 0, "text": text})
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue(), {"width": 1024, "height": 768, "lines": lines}


def with_figure(labels=FIGURE, **more):
    """One slide without a figure, one with: the model names its labels, and one that is nowhere to be seen."""
    picture, text = figure_picture(labels)
    said = {**answer("A nerve cell", ["It has parts."], ["Axon"], "", "S.", [("What leads away?", "The axon.")]),
            "labels": ["Synaptic cleft", *labels]}
    pictures = [jpeg("slide 1"), picture]
    return lecture([slide(1, picture=1, said=LATIN), slide(2, picture=2, said=said, text=text)], **more), pictures
