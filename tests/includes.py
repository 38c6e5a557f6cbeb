#!/usr/bin/env python3
"""includes - does each folder include only what tests/includes.txt allows? Prints what it may not, and exits 1."""

import collections
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]


def rules():
    """{folder: ({below}, {above, and still there})}"""
    found = {}
    for line in (TOP / "tests/includes.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, _, allowed = line.partition(":")
            words = allowed.split()
            found[folder.strip()] = ({w for w in words if w[0] != "!"}, {w[1:] for w in words if w[0] == "!"})
    return found


def used():
    """{(folder, folder it includes from): a file and the line}"""
    files = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split()
    arrows = collections.defaultdict(list)
    for name in files:
        path = pathlib.PurePath(name)
        for target in re.findall(r'^#include "([^"]+)"', (TOP / name).read_text(), re.M) if path.parts[0] != "tests" else ():
            if pathlib.PurePath(target).parent != path.parent:
                arrows[str(path.parent), str(pathlib.PurePath(target).parent)].append(f"{name} includes {target}")
    return arrows


def cycle(below):
    """A way round among the arrows that go down; None: there is none."""
    state = {}

    def visit(folder, way):
        state[folder] = 1
        for target in sorted(below.get(folder, ())):
            if state.get(target) == 1:
                return [*way, folder, target]
            if target not in state and (found := visit(target, [*way, folder])):
                return found
        state[folder] = 2
        return None

    return next((found for folder in sorted(below) if folder not in state and (found := visit(folder, []))), None)


def main():
    allowed, arrows, faults = rules(), used(), []
    for (folder, target), where in sorted(arrows.items()):
        if folder not in allowed:
            faults.append(f"{folder} has no line in tests/includes.txt")
        elif target not in allowed[folder][0] | allowed[folder][1]:
            faults += [f"{line}: {folder} may not include {target}" for line in where]
    faults += [f"{folder} does not include {target} any more: take the line out of tests/includes.txt"
               for folder, (_, above) in allowed.items() for target in above if (folder, target) not in arrows]
    if (way := cycle({folder: below for folder, (below, _) in allowed.items()})) is not None:
        faults.append("tests/includes.txt goes round: " + " -> ".join(way))
    print("\n".join(faults) or f"includes: {sum(len(above) for _, above in allowed.values())} arrows go up still, no new one")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
