"""rawpdf - PDFs written object by object, so that a test says exactly what is in them, and what is not"""

WIDE, HIGH = 640, 360
FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}


class Raw:
    """Objects are numbered from 1 in the order they are added; 1 is the catalog, 2 the page tree."""

    def __init__(self):
        self.objects, self.pages = [None, None], []
        self.fonts = " ".join(f"/{name} {self.add(f'<< /Type /Font /Subtype /Type1 /BaseFont /{base} >>')} 0 R"
                              for name, base in FONTS.items())

    def add(self, body):
        """None: the number is given away, but there is no such object."""
        self.objects.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self.objects)

    def stream(self, data, entries=""):
        data = data.encode("latin-1") if isinstance(data, str) else data
        return self.add(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries.encode(), data))

    def image(self, data, width, height, entries="/ColorSpace /DeviceRGB /BitsPerComponent 8"):
        return self.stream(data, f"/Type /XObject /Subtype /Image /Width {width} /Height {height} {entries}")

    def page(self, content, resources="", entries=None):
        """content: what is drawn; entries: /Contents and /Resources as they shall stand there instead."""
        if entries is None:
            entries = f"/Contents {self.stream(content)} 0 R /Resources << /Font << {self.fonts} >> {resources} >>"
        self.pages.append(self.add(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDE} {HIGH}] {entries} >>"))
        return self

    def bytes(self):
        kids = " ".join(f"{page} 0 R" for page in self.pages)
        self.objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        self.objects[1] = f"<< /Type /Pages /Count {len(self.pages)} /Kids [{kids}] >>".encode()
        out, table = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", b"0000000000 65535 f \n"
        for number, body in enumerate(self.objects, 1):
            table += b"%010d 00000 n \n" % len(out) if body is not None else b"0000000000 00000 f \n"
            if body is not None:
                out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        return out + b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
            len(self.objects) + 1, table, len(self.objects) + 1, len(out))


# ---- what stands on a page

def text(x, y, words, size=18, gray=0, font="F1"):
    """gray: 0 black to 1 white, or three numbers."""
    colour = f"{gray} g" if not isinstance(gray, tuple) else "{} {} {} rg".format(*gray)
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"{colour} BT /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET\n"


def title(words):
    return text(40, 310, words, 28)


def box(x, y, w, h, colour):
    return "{} {} {} rg {} {} {} {} re f\n".format(*colour, x, y, w, h)


def lines(*points, width=2, colour=(0, 0, 0)):
    """One line through all points."""
    path = " ".join(f"{x} {y} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
    return "{} {} {} RG {} w {} S\n".format(*colour, width, path)


def picture(name, x, y, w, h):
    return f"q {w} 0 0 {h} {x} {y} cm /{name} Do Q\n"
