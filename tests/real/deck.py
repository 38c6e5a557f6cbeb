"""deck - a lecture of so many pages as a PDF: pages of text, each with words of its own, and pages on which something is drawn and nothing written"""

SUBJECTS = ["membranes", "enzymes", "glaciers", "volcanoes", "compilers", "networks", "markets", "treaties", "proteins", "galaxies"]
ASPECTS = ["structure", "history", "failures"]


def deck(pages, drawn=0):
    contents = [written(number) for number in range(pages)] + [figure(number) for number in range(drawn)]
    objects = ["<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Count {len(contents)} /Kids [{' '.join(f'{4 + 2 * i} 0 R' for i in range(len(contents)))}] >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for i, content in enumerate(contents):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 640 360] /Resources << /Font << /F 3 0 R >> >> /Contents {5 + 2 * i} 0 R >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n"
            f"startxref\n{len(body)}\n%%EOF\n").encode()


def written(number):
    subject, aspect = SUBJECTS[number % len(SUBJECTS)], ASPECTS[number // len(SUBJECTS) % len(ASPECTS)]
    lines = [(28, 290, f"The {aspect} of {subject}"), (18, 220, f"Which parts {subject} consist of, and in which order"),
             (18, 190, f"How the {aspect} was measured in {1900 + 3 * number}"), (18, 160, f"Why {number + 2} of {number + 9} students ask about it")]
    return "\n".join(f"BT /F {size} Tf 40 {height} Td ({text}) Tj ET" for size, height, text in lines)


def figure(number):
    return f"0.2 0.4 0.7 rg 80 80 {200 + 20 * number} 180 re f 0.9 0.5 0.1 rg 360 60 150 220 re f 6 w 280 170 m 360 170 l S"
