"""scale - lectures from 15 to 1000 pages without a model: time, CPU and memory should grow with the pages, and no faster"""

import pathlib
import subprocess
import tempfile

from harness import LECTURES, Cost, Measurement, Memory, lectures, line, main, meanwhile, running, told_cost

COUNTS = (15, 60, 250, 500, 1000)
DECKS = ("survey-handout", "shell-150-pages", "survey-overlays", "python-it", "ensambles-es", "beamer-zh", "sequencing-keynote")  # 510 pages


def thousand(folder):
    """A lecture of the corpus's pages, and of the same a little smaller: equal pages would be explained once."""
    decks = [LECTURES / f"{name}.pdf" for name in DECKS]
    smaller = [folder / deck.name for deck in decks]
    for deck, target in zip(decks, smaller):
        subprocess.run(["mutool", "run", pathlib.Path(__file__).with_name("distinct.js"), deck, target], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["mutool", "merge", "-o", folder / "all.pdf", *decks, *smaller], check=True, stderr=subprocess.DEVNULL)
    return folder / "all.pdf"


def first(deck, count):
    """Its first pages as a file of their own."""
    target = deck.with_name(f"{count}.pdf")
    subprocess.run(["mutool", "merge", "-o", target, deck, f"1-{count}"], check=True, stderr=subprocess.DEVNULL)
    return target


def scale():
    with tempfile.TemporaryDirectory() as name:
        whole, least = thousand(pathlib.Path(name)), None
        for pages in COUNTS:
            deck = first(whole, pages)
            with running() as service:
                cost = Cost(service, idle=2)
                with meanwhile(Memory(service)) as (memory,):
                    took = lectures(service, [deck])
                cpu = cost.per_page(pages)
            least = least or sum(cpu.values())
            line(f"{pages} pages, offline", f"{took:6.2f} s, {1000 * took / pages:.1f} ms a page, at most {memory.peak:.0f} MiB PSS; {told_cost(cpu)}; "
                 f"a page costs {sum(cpu.values()) / least:.2f} of what it does among {COUNTS[0]}")


MEASUREMENTS = [Measurement("scale", 60, f"a lecture of {COUNTS[0]} to {COUNTS[-1]} pages without a model; a page's CPU beside the shortest's", scale)]

if __name__ == "__main__":
    main(MEASUREMENTS)
