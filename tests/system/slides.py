"""slides - small PDFs made by a test: one list of lines a page, the first of them its title"""

ASIDE, HIGH = 1024, 768


def page_content(lines):
    """A page's drawing: a large title, smaller lines below. No lines: nothing at all."""
    drawn = []
    for i, text in enumerate(lines):
        size, y = (44, HIGH - 120) if i == 0 else (26, HIGH - 180 - 48 * i)
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        drawn.append(f"BT /F1 {size} Tf 80 {y} Td ({escaped}) Tj ET")
    return "\n".join(drawn).encode("latin-1")


def pdf(*pages):
    """The bytes of a PDF with these pages."""
    count = len(pages)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Count {count} /Kids [{' '.join(f'{4 + 2 * i} 0 R' for i in range(count))}] >>".encode(),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for i, lines in enumerate(pages):
        content = page_content(lines)
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {ASIDE} {HIGH}] /Contents {5 + 2 * i} 0 R "
                       "/Resources << /Font << /F1 3 0 R >> >> >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return out + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
                  f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n").encode()
