#!/usr/bin/env python3
"""text - the text layer's words and their order beside pdftotext's, deck by deck

    tests/bench/text [--words] [--worst N] [FILE or FOLDER ...]     (default: all decks of tests/corpus and tests/data/texts)

recall: of pdftotext's words how many we have; precision: of ours how many it has; order: how much of what both have
stands in the same order (longest common subsequence).  pdftotext is a second opinion, not the truth: rest is what
only one of them has and no reason was found for (see reasons.py), --words lists what differs, --worst the pages to
look at.  Where the text is known that a deck was made from (NAME.txt beside it), true says how much of it we have in
its order, and what pdftotext has.  Needs poppler-utils, mupdf-tools and a build with SLIDEMILL_TESTS.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

import reasons

TOP = pathlib.Path(__file__).resolve().parents[2]
LAYERS = TOP / "build" / "tests" / "bench_layers"
# Written without spaces between words: each sign counts as a word.
SINGLE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\u9fff\uac00-\ud7ff\uf900-\ufaff]")
WORD = re.compile(r"[^\W_]+")
CONTROLS = {**dict.fromkeys([0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0xfeff]),
            **dict.fromkeys([*range(0x202a, 0x202f), *range(0x2066, 0x206a)], " ")}  # pdftotext ends words with these


def words(text):
    text = unicodedata.normalize("NFKC", text.translate(CONTROLS)).replace("\u0640", "")
    text = re.sub(r"[-\u00ad\u2010]\n\s*(?=[^\W\d_])", "", text).replace("\u00ad", "").casefold()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return WORD.findall(SINGLE.sub(lambda m: f" {m[0]} ", unicodedata.normalize("NFC", text)))


def ours(path):
    done = subprocess.run([LAYERS, path], capture_output=True, text=True, timeout=600)
    pages = []
    for line in done.stdout.splitlines():
        layer = json.loads(line)
        turned = {word for entry in layer["lines"] if entry["h"] > 1.7 * entry["size"] and entry["text"].isalpha()
                  for word in words(entry["text"])}
        pages.append((words("\n".join(entry["text"] for entry in layer["lines"])), layer.get("garbled"), turned))
    return pages


def theirs(path):
    done = subprocess.run(["pdftotext", "-q", path, "-"], capture_output=True, text=True, errors="replace", timeout=600)
    return [words(page) for page in done.stdout.split("\f")]


def common_order(a, b):
    """Length of the longest common subsequence, bit-parallel (Hyyro 2004)."""
    at = collections.defaultdict(int)
    for i, word in enumerate(a):
        at[word] |= 1 << i
    row, full = (1 << len(a)) - 1, (1 << len(a)) - 1
    for word in b:
        match = row & at[word]
        row = ((row + match) | (row - match)) & full
    return len(a) - bin(row).count("1")


def script(pages):
    counts = collections.Counter(unicodedata.name(c, "?").split()[0] for page in pages for word in page for c in word
                                 if c.isalpha())
    return counts.most_common(1)[0][0].capitalize() if counts else "-"


def compare(path):
    mine, other = ours(path), theirs(path)
    total = collections.Counter()
    pages, extra, lost, why = [], collections.Counter(), collections.Counter(), reasons.Reasons()
    known = known_words(path)
    for number, (a, unreadable, turned) in enumerate(mine, 1):
        b = other[number - 1] if number <= len(other) else []
        if unreadable:
            total["unreadable"] += 1
            continue
        both = sum((collections.Counter(a) & collections.Counter(b)).values())
        order = common_order(a, b)
        more, less = collections.Counter(a) - collections.Counter(b), collections.Counter(b) - collections.Counter(a)
        if more or less:
            why.explain(reasons.Page(path, number, words, turned), more, less, known and known[number - 1])
        extra += more
        lost += less
        total.update({"ours": len(a), "theirs": len(b), "both": both, "order": order})
        if a or b:
            pages.append((order / max(both, 1) if both else 0, both / max(len(a), len(b)), number))
    return total, pages, script(other), extra, lost, why


def known_words(path):
    """The words of each page of the text that the deck was made from; None: it is not known."""
    text = path.with_suffix(".txt")
    return [words(page) for page in text.read_text().split("\f")] if text.exists() else None


def truth(path):
    """How much of the known text stands in its order, in ours and in theirs."""
    pages = known_words(path)
    count = sum(map(len, pages))
    return [sum(common_order(a, b) for a, b in zip(side, pages)) / count for side in ([page for page, *_ in ours(path)], theirs(path))]


def rate(part, whole):
    return part / whole if whole else 1.0


def files(given):
    for path in map(pathlib.Path, given):
        yield from sorted(path.rglob("*.pdf")) if path.is_dir() else [path]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", default=[TOP / "tests/corpus/lectures", TOP / "tests/data/texts"])
    parser.add_argument("--words", action="store_true", help="list the words that only one has")
    parser.add_argument("--worst", type=int, default=0, help="list so many pages in another order")
    options = parser.parse_args()
    if not LAYERS.exists():
        sys.exit("build with -DSLIDEMILL_TESTS=ON first")
    print(f"{'deck':24} {'pages':>5} {'script':9} {'words':>6} {'recall':>7} {'precis.':>7} {'order':>6} {'rest of theirs':>15} {'of ours':>8}"
          f" {'true':>6}")
    ours_why, theirs_why = collections.Counter(), collections.Counter()
    for path in files(options.files):
        total, pages, alphabet, extra, lost, why = compare(path)
        ours_why += why.ours
        theirs_why += why.theirs
        print(f"{path.stem[:24]:24} {len(pages):5} {alphabet:9} {total['theirs']:6} "
              f"{rate(total['both'], total['theirs']):7.4f} {rate(total['both'], total['ours']):7.4f} {rate(total['order'], total['both']):6.3f} "
              f"{1 - rate(total['theirs'] - lost.total(), total['theirs']):15.4f} {1 - rate(total['ours'] - extra.total(), total['ours']):8.4f}"
              + ("  {:.3f} (pdftotext {:.3f})".format(*truth(path)) if path.with_suffix(".txt").exists() else "")
              + (f"  {total['unreadable']} pages left to OCR" if total["unreadable"] else ""), flush=True)
        if options.words:
            print("    reasons, words of ours: ", dict(why.ours), " of pdftotext's: ", dict(why.theirs))
            print("    only ours:     ", " ".join(f"{w}*{n}" for w, n in extra.most_common(40)))
            print("    only pdftotext:", " ".join(f"{w}*{n}" for w, n in lost.most_common(40)))
        for order, alike, number in sorted(pages)[:options.worst]:
            print(f"    page {number}: order {order:.2f}, words {alike:.2f}")
    print(f"\n{'reason why a word is in one only':36} {'ours':>6} {'pdftotext':>10}")
    for reason in sorted(ours_why | theirs_why):
        print(f"{reason:36} {ours_why[reason]:6} {theirs_why[reason]:10}")


if __name__ == "__main__":
    main()
