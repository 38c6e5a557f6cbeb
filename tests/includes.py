#!/usr/bin/env python3
"""includes - does each folder include only what tests/includes.txt allows, and do files go round no further than it
says? A file is a .c and its .h together. Prints what is not so, and exits 1."""

import collections
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]


def rules():
    """{folder: ({below}, {above, and still there})}, and {folder: how many files a cycle in it may have}"""
    found, most = {}, {}
    for line in (TOP / "tests/includes.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("largest cycle"):
            where, _, number = line.removeprefix("largest cycle").partition(":")
            most[where.strip().removeprefix("in ")] = int(number)
        elif line:
            folder, _, allowed = line.partition(":")
            words = allowed.split()
            found[folder.strip()] = ({w for w in words if w[0] != "!"}, {w[1:] for w in words if w[0] == "!"})
    return found, most


def includes():
    """(file, file it includes), of the program"""
    files = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split()
    return [(name, target) for name in files if not name.startswith("tests/") and (TOP / name).exists()
            for target in re.findall(r'^#include "([^"]+)"', (TOP / name).read_text(), re.M)]


def used():
    """{(folder, folder it includes from): a file and the line}"""
    arrows = collections.defaultdict(list)
    for name, target in includes():
        folder, other = str(pathlib.PurePath(name).parent), str(pathlib.PurePath(target).parent)
        if folder != other:
            arrows[folder, other].append(f"{name} includes {target}")
    return arrows


def components():
    """The strongly connected components of files, largest first (Tarjan)."""
    below = collections.defaultdict(set)
    for name, target in includes():
        below[name.rpartition(".")[0]].add(target.rpartition(".")[0])
    number, low, stack, found = {}, {}, [], []

    def visit(file):
        number[file] = low[file] = len(number)
        stack.append(file)
        for target in sorted(below.get(file, ())):
            if target not in number:
                visit(target)
            if target in stack:
                low[file] = min(low[file], low[target])
        if low[file] == number[file]:
            found.append(sorted(stack[stack.index(file):]))
            del stack[stack.index(file):]

    for file in sorted(below):
        if file not in number:
            visit(file)
    return sorted(found, key=lambda files: (-len(files), files))


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
    (allowed, most), arrows, rings, faults = rules(), used(), components(), []
    for (folder, target), where in sorted(arrows.items()):
        rule = allowed.get(folder) or allowed.get(str(pathlib.PurePath(folder).parent / "*"))
        if rule is None:
            faults.append(f"{folder} has no line in tests/includes.txt")
        elif target not in rule[0] | rule[1]:
            faults += [f"{line}: {folder} may not include {target}" for line in where]
    faults += [f"{folder} does not include {target} any more: take the line out of tests/includes.txt"
               for folder, (_, above) in allowed.items() for target in above if (folder, target) not in arrows]
    if (way := cycle({folder: below for folder, (below, _) in allowed.items()})) is not None:
        faults.append("tests/includes.txt goes round: " + " -> ".join(way))
    for folder, number in most.items():
        faults += [f"these {len(files)} files include each other round about, tests/includes.txt allows {number}: " + " ".join(files)
                   for files in rings if len(files) > number and files[0].startswith(folder)]
    if "--cycles" in sys.argv:
        print("\n".join(f"{len(files)}: " + " ".join(files) for files in rings if len(files) > 1))
    print("\n".join(faults) or f"includes: {sum(len(above) for _, above in allowed.values())} arrows go up still, no new one; "
          f"the largest cycle has {len(rings[0])} files")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
