"""throughput - what lectures cost with a model: seconds, CPU by program, memory of the tree, whether health answers meanwhile"""

import functools
import pathlib
import tempfile

from harness import Measurement, baseline, cpu_of, doubled, lectures, line, main, make_decks, running, watching


def measure(name, key, latency, pages):
    with tempfile.TemporaryDirectory() as folder, doubled("--latency", latency) as model, running(model, LOG_LEVEL="info") as service:
        decks = make_decks(pathlib.Path(folder))
        base = baseline(decks[key][0], pages // len(decks[key]))
        before = cpu_of(service)
        with watching(service, "health", memory=True) as (watch,):
            took = lectures(service, decks[key])
        after, stats = cpu_of(service), model.get("stats")
        cpu = {program: 1000 * (after[program] - before.get(program, 0)) / pages for program in sorted(after)}
        whole, drawn = sum(cpu.values()), cpu.get("rasterizer", 0) + cpu.get("jail", 0)
        line(name, f"{took:7.2f} s  {whole:6.1f} ms CPU/page  {watch.peak:6.1f} MiB PSS  health p99 {watch.p99():5.1f} ms  "
             f"calls {stats['calls']} + {stats['overviews']}")
        line("", ", ".join(f"{program} {ms:.1f}" for program, ms in cpu.items())
             + f"; whole tree {whole / base[0]:.2f} of mutool at 300 DPI, rasterizer {drawn / base[1]:.2f} of mutool at our size")


def rows():
    for name, key, pages in (("1 job x 15 pages", "one15", 15), ("1 job x 60 pages", "one60", 60), ("10 jobs x 15 pages", "ten15", 150),
                             ("10 jobs x the same 15", "same15", 150)):
        for latency in (0, 2):
            title = f"{name}, model {latency} s"
            yield Measurement(title, 15, "seconds, CPU and memory", functools.partial(measure, title, key, latency, pages))


MEASUREMENTS = list(rows())

if __name__ == "__main__":
    main(MEASUREMENTS)
