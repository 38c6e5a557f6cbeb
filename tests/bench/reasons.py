"""reasons - why a word is in only one of two text layers, as far as the page itself proves it

Each reason is looked for in what neither layer says: in poppler's picture and its boxes of words, and in the fonts
that the page uses.  What no reason is found for stays unexplained.
"""

import collections
import html
import re
import subprocess

CLIPPED = "clipped away"
TWICE = "drawn twice"
SIGN = "sign taken for a letter"
SET_APART = "index, exponent or mark"
TURNED = "turned text"
FORMULA = "piece of a formula"
KNOWN = "the known text says so"
NAMELESS = "letter without a character"
FORM = "accent or form"

WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">')


def run(*command, **more):
    return subprocess.run(command, capture_output=True, timeout=300, **more).stdout


class Page:
    """What poppler and the fonts say of one page; words: how a text is cut into words; turned: words that stand aslant."""

    def __init__(self, path, number, words, turned):
        span = ["-f", str(number), "-l", str(number)]
        told = run("pdftotext", "-q", "-bbox", *span, path, "-", text=True, errors="replace")
        size = PAGE.search(told)
        self.width, self.height = (float(size[1]), float(size[2])) if size else (1, 1)
        self.boxes = collections.defaultdict(list)
        for *corners, text in WORD.findall(told):
            for word in words(html.unescape(text)):
                self.boxes[word].append(tuple(map(float, corners)))
        self.raw = run("pdftotext", "-q", *span, path, "-", text=True, errors="replace")
        self.path, self.span, self.number, self.turned, self.picture = path, span, number, turned, None

    def pixels(self):
        if self.picture is None:
            data = run("pdftoppm", "-q", "-gray", "-r", "72", *self.span, self.path)
            head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", data)
            self.picture = (int(head[1]), int(head[2]), data[head.end():]) if head else (1, 1, b"\xff")
        return self.picture

    def empty(self, box):
        """Is there nothing to be seen in the box?"""
        wide, high, gray = self.pixels()
        x = [max(0, min(wide, round(at * wide / self.width))) for at in (box[0], box[2])]
        y = [max(0, min(high, round(at * high / self.height))) for at in (box[1], box[3])]
        seen = b"".join(gray[row * wide + x[0]:row * wide + x[1]] for row in range(*y))
        return not seen or max(seen) - min(seen) < 16

    def nameless(self):
        """Glyphs that the file has no character for."""
        return run("mutool", "draw", "-q", "-F", "trace", self.path, str(self.number), text=True, errors="replace").count('unicode="\ufffd"')


# Formulas are not written with these letters, and a mirrored word is no piece of one.
LEFTWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")


def overlap(a, b):
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(wide, 0) * max(high, 0) >= .6 * max((a[2] - a[0]) * (a[3] - a[1]), 1e-6)


def pieces_of(word, stock):
    """Words of the stock that make it up, one behind the other; None."""
    if not word:
        return []
    for piece in sorted(stock, key=len, reverse=True):
        if stock[piece] > 0 and word.startswith(piece):
            stock[piece] -= 1
            rest = pieces_of(word[len(piece):], stock)
            stock[piece] += 1
            if rest is not None:
                return [piece, *rest]
    return None


def why_cut(page, word, pieces):
    """Why a word of ours is several of theirs: by where poppler says that these stand."""
    boxes = [min(page.boxes[piece], key=lambda box: box[3] - box[1], default=None) for piece in pieces]
    heights = [box[3] - box[1] for box in boxes if box]
    if word in page.turned:
        return TURNED
    if heights and max(heights) > 1.08 * min(heights):
        return SET_APART
    return FORMULA if all(len(piece) <= 2 or piece.isdigit() for piece in pieces) else None


def letters(text):
    return "".join(c for c in text if c.isascii())


class Reasons:
    """Counts by reason; takes explained words out of extra (only ours) and lost (only theirs)."""

    def __init__(self):
        self.ours, self.theirs = collections.Counter(), collections.Counter()

    def cut(self, page, here, there, mine):
        """Words that are several on the other side."""
        for word in sorted(here, key=len, reverse=True):
            while here[word] > 0:
                pieces = pieces_of(word, there)
                reason = pieces and (why_cut(page, word, pieces) if mine else FORMULA if word.isdigit() or len(word) <= 3 else None)
                if not reason:
                    break
                here[word] -= 1
                there.subtract(pieces)
                (self.ours if mine else self.theirs)[reason] += 1
                (self.theirs if mine else self.ours)[reason] += len(pieces)

    def short(self, extra, lost):
        """Pieces of a formula that were put together in another way: the same signs, in short words."""
        stock = collections.Counter("".join(extra.elements())) & collections.Counter("".join(lost.elements()))
        for side, count in ((extra, self.ours), (lost, self.theirs)):
            left = stock.copy()
            for word in sorted(side.elements(), key=len, reverse=True):
                signs = collections.Counter(word)
                if len(word) <= 4 and signs <= left and not LEFTWARDS.search(word):
                    left -= signs
                    side[word] -= 1
                    count[FORMULA] += 1

    def by_known_text(self, extra, lost, known):
        """Ours are in the text that the deck was made from, theirs are not."""
        for side, count, right in ((extra, self.ours, True), (lost, self.theirs, False)):
            for word in list(+side):
                if (word in known) == right:
                    count[KNOWN] += side[word]
                    side[word] = 0

    def explain(self, page, extra, lost, known):
        if known is not None:
            self.by_known_text(extra, lost, known)
        for word in list(lost):
            boxes = page.boxes[word]
            for i, box in enumerate(boxes):
                if lost[word] > 0 and page.empty(box):
                    lost[word] -= 1
                    self.theirs[CLIPPED] += 1
                elif lost[word] > 0 and any(overlap(box, other) for other in boxes[:i]):
                    lost[word] -= 1
                    self.theirs[TWICE] += 1
        self.cut(page, extra, lost, True)
        self.cut(page, lost, extra, False)
        self.short(extra, lost)
        nameless = page.nameless() if any(len(word) <= 2 for word in +lost) else 0
        for word in sorted(+lost, key=len):
            taken = min(lost[word], nameless) if len(word) <= 2 else 0
            lost[word] -= taken
            nameless -= taken
            self.theirs[SIGN] += taken
        unnamed = sum(c < " " and c not in "\n\f\t" or "\ue000" <= c <= "\uf8ff" or c == "\ufffd" for c in page.raw)
        for word in sorted(+extra, key=len):
            taken = min(extra[word], unnamed) if len(word) <= 2 else 0
            extra[word] -= taken
            unnamed -= taken
            self.ours[NAMELESS] += taken
        for word in list(+extra):
            same = next((other for other in +lost if letters(other) == letters(word) and len(word) == len(other)), None)
            if same and letters(word) and not word.isascii():
                extra[word] -= 1
                lost[same] -= 1
                self.ours[FORM] += 1
                self.theirs[FORM] += 1
