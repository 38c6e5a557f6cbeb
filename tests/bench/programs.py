"""programs - measurements that are programs of their own, with options; here with those that give a first view"""

import functools
import pathlib
import subprocess
import sys

from harness import Measurement, line, main

HERE = pathlib.Path(__file__).parent
# name, seconds, command, what it says
PROGRAMS = (
    ("profile", 10, "profile.py --tops 0", "CPU by program beside mutool's; with perf by function: see there"),
    ("limits", 240, "vision.py rpm-bucket rpm-fixed rpm-sliding tpm concurrency", "under limits that nobody told, beside the ideal time; all scenarios: see there"),
    ("neighbours", 120, "neighbours.py", "what equal, hostile and long lectures beside it cost a lecture, as multiples of its time alone"),
    ("documents", 90, "assembler", "the documents of 60 and 500 slides, beside python-docx and genanki"),
)


def run(command):
    line(command, "")
    name, *options = command.split()
    subprocess.run([sys.executable, HERE / name, *options], check=False)  # vision.py exits with 1 where it is short of the ideal


MEASUREMENTS = [Measurement(name, seconds, about, functools.partial(run, command)) for name, seconds, command, about in PROGRAMS]

if __name__ == "__main__":
    main(MEASUREMENTS)
