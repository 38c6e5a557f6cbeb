"""memory - what a model call under way takes of vision's memory"""

import pathlib
import tempfile

from harness import LOAD, Measurement, Memory, cut, doubled, lectures, line, main, meanwhile, pss_of, running

LECTURES = (1, 5, 20)


def memory():
    """Lectures of 60 slides in so many languages, with a model that takes its time."""
    with tempfile.TemporaryDirectory() as folder:
        deck = cut("survey-handout.pdf", 1, 60, pathlib.Path(folder) / "60.pdf")
        for count in LECTURES:
            with doubled("--latency", 8, program=LOAD) as model, running(model) as service:
                idle = pss_of(service, "slidemill-vision")
                with meanwhile(Memory(service, "slidemill-vision")) as (peak,):
                    lectures(service, [deck], languages=[f"Tongue{n}" for n in range(count)])
                calls = model.get("stats")["most_at_once"]
                line(f"vision, {calls} calls at once", f"{peak.peak:.1f} MiB PSS, idle {idle:.1f}: {1024 * (peak.peak - idle) / calls:.0f} KiB a call, "
                     f"{peak.peak / idle:.1f} times as much as idle")


MEASUREMENTS = [Measurement("memory", 120, "vision's memory with more and more model calls under way, beside idle", memory)]

if __name__ == "__main__":
    main(MEASUREMENTS)
