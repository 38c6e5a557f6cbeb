"""test_docs - what the pages for people say exists: variables, codes, routes, files"""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
PAGES = {name: (ROOT / name).read_text() for name in ("README.md", "deploy/README.md", "docs/http.md")}

# Said on the pages, but another program's.
FOREIGN_VARIABLES = {"WORKER_URL", "RAILWAY_DEPLOYMENT_DRAINING_SECONDS", "RAILWAY_RUN_UID"}


def slidemill(*arguments):
    return subprocess.run([ROOT / "build/slidemill", *arguments], capture_output=True, text=True, check=True).stdout


def words(page, pattern):
    return set(re.findall(pattern, PAGES[page]))


def known_variables():
    named = re.findall(r"`([A-Z0-9_]+)`", slidemill("config", "reference"))
    return set(named) | FOREIGN_VARIABLES


def known_codes():
    return set(re.findall(r"^CODE\((\w+),", (ROOT / "proto/codes.def").read_text(), re.M))


def test_every_variable_on_the_pages_exists():
    prefixes = r"\b((?:SLIDEMILL|AWS|OPENAI|WORKER|RAILWAY|S3)_[A-Z][A-Z_0-9]*[A-Z0-9])\b"
    for page in PAGES:
        names = words(page, prefixes) - known_codes()
        assert names, page
        assert names <= known_variables(), (page, names - known_variables())


def test_every_code_on_the_deployment_page_exists():
    table_rows = [line for line in PAGES["deploy/README.md"].splitlines() if line.startswith("|")]
    upper = set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", "\n".join(table_rows)))
    codes = upper - known_variables()
    assert len(codes) > 20
    assert codes <= known_codes(), codes - known_codes()


def test_every_limit_on_its_page_exists():
    page = (ROOT / "docs/limits.md").read_text()
    codes = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", page))
    paths = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", page)) - {"summary.json"}
    assert len(codes) > 25 and codes <= known_codes(), codes - known_codes()
    assert len(paths) > 20 and all(f"`{path}`" in slidemill("config", "reference") for path in paths)


def test_every_model_store_and_callback_code_is_explained():
    explained = {code for code in known_codes() if re.match(r"(MODEL|S3|CALLBACK)_", code)}
    assert explained <= set(re.findall(r"\w+", PAGES["deploy/README.md"]))


def test_every_log_event_on_the_deployment_page_is_written_somewhere():
    events = set(re.findall(r'"event":"(\w+)"', PAGES["deploy/README.md"]))
    source = "".join(p.read_text() for folder in ("supervisor", "stages") for p in (ROOT / folder).rglob("*.c"))
    assert events
    assert all(f'"{event}"' in source for event in events), [e for e in events if f'"{e}"' not in source]


def test_every_file_linked_from_a_page_is_there():
    for page in PAGES:
        for target in words(page, r"\]\(((?!https?:)[^)#]+)\)"):
            assert (ROOT / page).parent.joinpath(target).exists(), (page, target)


def test_the_shipped_configuration_is_what_the_command_prints():
    assert (ROOT / "conf/slidemill.cfg").read_text() == slidemill("config", "default")


def test_the_state_diagram_is_the_table():
    """docs/architecture.md draws what supervisor/job/job_table.c does."""
    drawn = set(re.findall(r"^ +(\w+) --> (\w+): (\w+)$", (ROOT / "docs/architecture.md").read_text(), re.M))
    plan = (ROOT / "supervisor/job/job_table.c").read_text()
    rows = re.search(r"steps\[JOB_STATES\]\[JOB_EVENTS\] = \{(.*?)\n\};", plan, re.S).group(1)
    meant = {(state, to, event) for state, cells in re.findall(r"\[JOB_(\w+)\] = \{(.*?)\}", rows, re.S)
             for event, to in re.findall(r"\[EVENT_(\w+)\] = GO\(\w+, (\w+)\)", cells)}
    assert len(meant) > 15 and drawn == {tuple(word.lower() for word in row) for row in meant}


def test_files_that_are_named_are_there():
    """Whoever follows the tour finds what it points at."""
    known = {path.name for folder in ("supervisor", "proto", "conf", "stages", "tests") for path in (ROOT / folder).rglob("*")}
    for page in ("docs/architecture.md", "docs/debugging.md", "CONTRIBUTING.md", *(f"docs/adr/{p.name}" for p in (ROOT / "docs/adr").iterdir())):
        text = (ROOT / page).read_text()
        for name in re.findall(r"`([\w/.-]+\.(?:c|h|def|py))`", text):
            assert name.rsplit("/", 1)[-1] in known, f"{page}: {name}"
        for link in re.findall(r"\]\(([^)#:]+)[)#]", text):
            assert (ROOT / page).parent.joinpath(link).exists(), f"{page}: {link}"
