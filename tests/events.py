#!/usr/bin/env python3
"""events - the log events: prints docs/events.md from proto/events.def, and finds where the code logs them

    tests/events.py > docs/events.md
"""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLE = (ROOT / "proto/events.def").read_text()
HEAD = """# Log events

`tests/events.py` prints this page from `proto/events.def`; do not edit it by hand.

Every process writes its log to standard error, one JSON object a line. A line starts with `ts` (UTC), `level` (see `log_level`),
`proc` (the program) and, for a worker, `slot` and `generation`; then come `event` and the fields below. A field that a line does not
need may be absent. An event with two levels means something else at each of them.
"""
RENAMED = """
## Names until version 0.1

| before | now |
|---|---|
"""


def rows():
    """(heading, level, name, fields, meaning) of each row, in the order of the table"""
    heading = ""
    for line in TABLE.splitlines():
        if title := re.fullmatch(r"/\* ([^*]+) \*/", line):
            heading = title[1]
        elif row := re.fullmatch(r'EVENT\((\w+), +(\w+), "([^"]*)", "([^"]*)"\)', line):
            yield heading, *row.groups()


def page():
    text, last = HEAD, None
    for heading, level, name, fields, meaning in rows():
        if heading != last:
            text += f"\n## {heading[0].upper()}{heading[1:]}\n\n| event | level | fields | meaning |\n|---|---|---|---|\n"
            last = heading
        text += f"| `{name}` | {level.lower()} | {' '.join(f'`{field}`' for field in fields.split())} | {meaning} |\n"
    old = re.findall(r"^RENAMED\((\w+), (\w+)\)$", TABLE, re.M)
    return text + RENAMED + "".join(f"| `{before}` | `{now}` |\n" for before, now in old)


def arguments(text, start):
    """What stands between the bracket at start and the one that closes it."""
    depth = 0
    for token in re.finditer(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[()]', text[start:]):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return text[start + 1:start + token.start()]
    raise ValueError(text[start:start + 80])


def calls():
    """(file, set of (level, name), set of fields) of each call; an event that a struct holds is found where it is initialised"""
    sources = {path: path.read_text() for folder in ("supervisor", "stages", "proto", "conf")
               for path in sorted((ROOT / folder).rglob("*.c"))}
    held = {}
    for text in sources.values():
        for member, level, name in re.findall(r"\.(\w+) = LOG_(DEBUG|INFO|WARN|ERROR)_(\w+)", text):
            held.setdefault(member, set()).add((level, name))
    for path, text in sources.items():
        for call in re.finditer(r"\blog_(debug|info|warn|error|event)\(", text):
            inside = arguments(text, call.end() - 1)
            first = inside.split(",", 1)[0].strip()
            if call[1] != "event":
                events = {(call[1].upper(), first)}
            elif through := re.fullmatch(r".*->(\w+)", first):
                events = held[through[1]]
            else:
                events = set(re.findall(r"LOG_(DEBUG|INFO|WARN|ERROR)_(\w+)", first))
            fields = set(re.findall(r'\blog_(?:str|int)\(\s*"(\w+)"', inside))
            yield path.relative_to(ROOT), events, fields | ({"jobId"} if "log_job(" in inside else set())


if __name__ == "__main__":
    print(page(), end="")
