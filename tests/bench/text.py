#!/usr/bin/env python3
"""text - the text layer's words and their order beside pdftotext's, deck by deck

    tests/bench/text [--words] [--worst N] [FILE or FOLDER ...]     (default: tests/corpus/lectures)

recall: of pdftotext's words how many we have; precision: of ours how many it has; order: how much of what both have
stands in the same order (longest common subsequence).  pdftotext is a second opinion, not the truth: --words lists
what differs, --worst the pages to look at.  Needs poppler-utils and a build with SLIDEMILL_TESTS.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

TOP = pathlib.Path(__file__).resolve().parents[2]
LAYERS = TOP / "build" / "tests" / "bench_layers"
# Written without spaces between words: each sign counts as a word.
SINGLE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\u9fff\uac00-\ud7ff\uf900-\ufaff]")
WORD = re.compile(r"[^\W_]+")
CONTROLS = dict.fromkeys([0x200b, 0x200c, 0x200d, 0x200e, 0x200f, *range(0x202a, 0x202f), *range(0x2066, 0x206a), 0xfeff])


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
        pages.append((words("\n".join(entry["text"] for entry in layer["lines"])), layer.get("garbled")))
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
    pages, extra, lost = [], collections.Counter(), collections.Counter()
    for number, (a, unreadable) in enumerate(mine, 1):
        b = other[number - 1] if number <= len(other) else []
        if unreadable:
            total["unreadable"] += 1
            continue
        both = sum((collections.Counter(a) & collections.Counter(b)).values())
        order = common_order(a, b)
        extra += collections.Counter(a) - collections.Counter(b)
        lost += collections.Counter(b) - collections.Counter(a)
        total.update({"ours": len(a), "theirs": len(b), "both": both, "order": order})
        if a or b:
            pages.append((order / max(both, 1) if both else 0, both / max(len(a), len(b)), number))
    return total, pages, script(other), extra, lost


def rate(part, whole):
    return part / whole if whole else 1.0


def files(given):
    for path in map(pathlib.Path, given):
        yield from sorted(path.rglob("*.pdf")) if path.is_dir() else [path]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", default=[TOP / "tests/corpus/lectures"])
    parser.add_argument("--words", action="store_true", help="list the words that only one has")
    parser.add_argument("--worst", type=int, default=0, help="list so many pages in another order")
    options = parser.parse_args()
    if not LAYERS.exists():
        sys.exit("build with -DSLIDEMILL_TESTS=ON first")
    print(f"{'deck':32} {'pages':>5} {'script':10} {'words':>6} {'recall':>7} {'precis.':>7} {'order':>6}")
    for path in files(options.files):
        total, pages, alphabet, extra, lost = compare(path)
        print(f"{path.stem[:32]:32} {len(pages):5} {alphabet:10} {total['theirs']:6} "
              f"{rate(total['both'], total['theirs']):7.4f} {rate(total['both'], total['ours']):7.4f} "
              f"{rate(total['order'], total['both']):6.3f}"
              + (f"  {total['unreadable']} pages left to OCR" if total["unreadable"] else ""), flush=True)
        if options.words:
            print("    only ours:     ", " ".join(f"{w}*{n}" for w, n in extra.most_common(40)))
            print("    only pdftotext:", " ".join(f"{w}*{n}" for w, n in lost.most_common(40)))
        for order, alike, number in sorted(pages)[:options.worst]:
            print(f"    page {number}: order {order:.2f}, words {alike:.2f}")


if __name__ == "__main__":
    main()
