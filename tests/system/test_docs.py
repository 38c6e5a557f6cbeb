"""test_docs - what the pages for people say exists: variables, codes, routes, files"""

import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import events  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]
PAGES = {name: (ROOT / name).read_text() for name in ("README.md", "deploy/README.md", "docs/http.md")}
ALL_PAGES = ("README.md", "CONTRIBUTING.md", "deploy/README.md", *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")))

# Said on the pages, but another program's.
FOREIGN_VARIABLES = {"WORKER_URL", "RAILWAY_DEPLOYMENT_DRAINING_SECONDS", "RAILWAY_RUN_UID"}
FOREIGN_CODES = {"PROCESSING_ERROR"}  # the Python worker's


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


def test_every_code_beside_an_http_status_exists():
    for page in ALL_PAGES:
        text = (ROOT / page).read_text()
        beside = set(re.findall(r"\b[45]\d\d `([A-Z]+(?:_[A-Z]+)+)`", text))
        alone = set(re.findall(r"`((?:PDF|S3|MODEL|JOB|CALLBACK|STORAGE|SLIDE|RENDER)_[A-Z_]+|[A-Z_]+_(?:DENIED|ERROR|FULL|INVALID))`", text))
        codes = (beside | alone) - known_variables() - FOREIGN_CODES - {"JOB_STATE_TABLE"}
        assert codes <= known_codes(), (page, codes - known_codes())


def anchors(page):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_within_the_pages_leads_to_a_heading():
    for page in ALL_PAGES:
        for target, anchor in re.findall(r"\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)", (ROOT / page).read_text()):
            there = (ROOT / page).parent / target if target else ROOT / page
            assert there.is_file() and anchor in anchors(there), f"{page}: {target}#{anchor}"


def test_every_limit_on_its_page_exists():
    page = (ROOT / "docs/limits.md").read_text()
    codes = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", page))
    paths = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", page)) - {"summary.json"}
    assert len(codes) > 25 and codes <= known_codes(), codes - known_codes()
    assert len(paths) > 20 and all(f"`{path}`" in slidemill("config", "reference") for path in paths)


def test_every_model_store_and_callback_code_is_explained():
    explained = {code for code in known_codes() if re.match(r"(MODEL|S3|CALLBACK)_", code)}
    assert explained <= set(re.findall(r"\w+", PAGES["deploy/README.md"]))


def test_every_log_event_on_the_pages_exists():
    known = {name for _, _, name, _, _ in events.rows()}
    named = set(re.findall(r'"event":"(\w+)"', PAGES["deploy/README.md"]))
    assert named and named <= known, named - known


def test_the_page_of_log_events_is_printed_from_the_table():
    """tests/events.py > docs/events.md"""
    rows = list(events.rows())
    assert len(rows) == len(re.findall(r"^EVENT\(", events.TABLE, re.M)) > 100
    assert len({(level, name) for _, level, name, _, _ in rows}) == len(rows)
    assert (ROOT / "docs/events.md").read_text() == events.page()


def test_the_code_logs_every_event_of_the_table_with_its_fields():
    fields = {(level, name): set(names.split()) for _, level, name, names, _ in events.rows()}
    logged = set()
    for path, called, given in events.calls():
        assert called, path
        for event in called:
            assert given <= fields[event], (path, event, given - fields[event])
        logged |= called
    assert logged == set(fields), set(fields) - logged


def test_no_event_has_a_name_of_before():
    now = {name for _, _, name, _, _ in events.rows()}
    renamed = re.findall(r"^RENAMED\((\w+), (\w+)\)$", events.TABLE, re.M)
    assert all(before not in now and after in now for before, after in renamed)


def test_no_page_uses_the_old_name_of_a_parameter():
    old = re.findall(r'^RENAMED\(\w+, "([\w.]+)", "(\w+)"\)$', (ROOT / "conf/renamed.def").read_text(), re.M)
    names = {name for pair in old for name in pair}
    assert len(names) == 2 * len(old) > 0
    for page in (*ROOT.glob("docs/**/*.md"), *(p for p in ROOT.glob("deploy/*") if p.is_file()), ROOT / "README.md", ROOT / "conf/slidemill.cfg"):
        used = names & set(re.findall(r"[\w.]+\w", page.read_text(errors="replace")))
        assert not used, (page, used)


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
    """Whoever follows a page finds what it points at, in the folder that it names."""
    known = ["/" + str(path.relative_to(ROOT)) for folder in ("supervisor", "proto", "conf", "stages", "tests", "deploy")
             for path in (ROOT / folder).rglob("*")]
    for page in ALL_PAGES:
        text = (ROOT / page).read_text()
        for name in re.findall(r"`([\w/.-]+\.(?:c|h|def|py))`", text):
            assert any(path.endswith("/" + name) for path in known), f"{page}: {name}"
        for link in re.findall(r"\]\(([^)#:]+)[)#]", text):
            assert (ROOT / page).parent.joinpath(link).exists(), f"{page}: {link}"


def test_what_a_stage_more_takes_is_what_the_page_says():
    """CONTRIBUTING.md lists the places that the patch of the example stage changes, and the patch applies."""
    patch = ROOT / "tests/example_stage/stage.patch"
    text = patch.read_text()
    changed = re.findall(r"^\+\+\+ b/(.+)$", text, re.M)
    page = (ROOT / "CONTRIBUTING.md").read_text()
    section = re.search(r"^### A stage$.*?(?=^###)", page, re.M | re.S).group(0)
    listed = re.findall(r"^- `([^`]+)`:", section, re.M)
    assert len(listed) == len(set(listed)) and set(listed) == set(changed), set(listed) ^ set(changed)
    assert len(re.findall(r"^@@", text, re.M)) <= 10
    subprocess.run(["git", "apply", "--check", patch], cwd=ROOT, check=True)
