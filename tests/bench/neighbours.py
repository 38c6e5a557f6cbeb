"""neighbours - what others cost a lecture: greedy and broken files, and equal lectures with slides that fail"""

import pathlib
import subprocess
import sys
import tempfile
import time

from harness import CORPUS, Measurement, doubled, line, main, running

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "hostile"))
from crowd import Crowd, table  # noqa: E402
from run import MAKE  # noqa: E402

LECTURE = CORPUS / "lectures" / "uebersetzer-de.pdf"  # of 15 pages
FAILS = ("refusal", "not_json")


def post(service, jobs, path, language):
    """Posts the jobs at once; seconds until the last has ended, and their states."""
    begun = time.monotonic()
    for job in jobs:
        assert service.upload(job, path, language).status_code == 202
    states = [service.finish(job, 900) for job in jobs]
    return time.monotonic() - begun, states


def equal(latency=2):
    """Two slides of each fail, by a refusal or by answers without sense: a language of their own, so that no answer is there yet."""
    for preset in FAILS:
        with doubled("--latency", latency) as model, running(model) as service:
            post(service, ["warm"], LECTURE, "Warm")
            model.post("scenario", {"rules": [{"slides": [3, 7], "of": "slide", "preset": preset}]})
            alone, _ = post(service, ["alone"], LECTURE, "Alone")
            calls = model.get("stats")["calls"]
            took, states = post(service, [f"equal-{i}" for i in range(20)], LECTURE, "Equal")
            assert all(state["slides"]["failed"] == 2 for state in states)
            line("20 equal lectures", f"two slides fail ({preset}): alone {alone:.1f} s, all {took:.1f} s, {took / alone:.1f} times that; "
                 f"{model.get('stats')['calls'] - calls} calls")


def crowd():
    """A healthy lecture, posted five times while broken and greedy files are worked on, without a model."""
    with tempfile.TemporaryDirectory() as scratch, running() as service:
        subprocess.run([sys.executable, MAKE, scratch], check=True, stdout=subprocess.DEVNULL)
        rows = [row for folder in (CORPUS / "hostile", pathlib.Path(scratch)) for row in table(folder)]
        alone = sorted(post(service, [f"alone-{i}"], LECTURE, f"Alone{i}")[0] for i in range(3))[1]
        Crowd(service, rows, healthy=False)
        took = [post(service, [f"healthy-{i}"], LECTURE, f"Healthy{i}")[0] for i in range(5)]
        line(f"15 pages among {len(rows)} hostile", f"alone {alone:.2f} s, among them {', '.join(f'{one:.1f}' for one in took)} s, "
             f"{', '.join(f'{one / alone:.1f}' for one in took)} times that")
        service.kill_all()  # the greedy ones go on for minutes
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, MAKE, scratch], check=True, stdout=subprocess.DEVNULL)
        rows = [row for folder in (CORPUS / "hostile", pathlib.Path(scratch)) for row in table(folder)]
        took = [together(rows, place) for place in (0, len(rows) // 2, len(rows))]
        line("", f"posted together with them, as the first, in the middle and as the last: {', '.join(f'{one:.1f}' for one in took)} s, "
             f"{', '.join(f'{one / alone:.1f}' for one in took)} times that")


def together(rows, place):
    """Seconds from the first upload of a burst to the end of the healthy lecture at that place of it."""
    with running() as service:
        begun = time.monotonic()
        Crowd(service, rows[:place], healthy=False)
        assert service.upload("healthy", LECTURE).status_code == 202
        Crowd(service, rows[place:], healthy=False)
        service.finish("healthy", 900)
        took = time.monotonic() - begun
        service.kill_all()
        return took


MEASUREMENTS = [
    Measurement("20 equal lectures", 60, "two slides fail in each: as multiples of one alone, and calls", equal),
    Measurement("15 pages among hostile files", 60, "as multiples of their time alone", crowd),
]

if __name__ == "__main__":
    main(MEASUREMENTS)
