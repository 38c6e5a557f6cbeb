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
    ("scenarios", 240, "vision.py crowded storm-429 hangs ungrounded", "calls and time beside what is needed; all scenarios: see there"),
    ("documents", 90, "assembler", "the documents of 60 and 500 slides, beside python-docx and genanki"),
)


def run(command):
    name, *options = command.split()
    with subprocess.Popen([sys.executable, HERE / name, *options], stdout=subprocess.PIPE, text=True) as program:
        try:
            for said in program.stdout:
                line(name, said.rstrip())
        except BaseException:
            program.kill()
            raise
    if program.returncode != 0:  # vision.py's is 1 where it is short of the ideal
        line(name, f"ended with {program.returncode}")


MEASUREMENTS = [Measurement(name, seconds, about, functools.partial(run, command)) for name, seconds, command, about in PROGRAMS]

if __name__ == "__main__":
    main(MEASUREMENTS)
