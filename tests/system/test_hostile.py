"""Every broken file of the corpus goes to one running service, among healthy lectures: nobody but the file itself suffers."""

import json
import sys

import pytest

from service import CORPUS, ROOT, Service

sys.path.insert(0, str(ROOT / "tests" / "hostile"))

from crowd import HEALTHY, Crowd, check_counts, table  # noqa: E402

LONGEST = 4096    # bytes of one log line
MOST_LINES = 20   # log lines of one job, besides one for each failed slide and those of our own requests


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("hostile")).start()
    try:
        yield Crowd(service, table(CORPUS / "hostile"))
    finally:
        service.close()


def test_each_broken_file_ends_as_the_table_says(crowd):
    states = crowd.watch()
    assert not crowd.wrong(), json.dumps({job: states[job] for job in crowd.wrong()}, indent=1)
    for state in states.values():
        check_counts(crowd.service, state)


def test_the_service_itself_took_no_harm(crowd):
    service = crowd.service
    crowd.watch()
    assert not service.events("supervisor_ended")
    ended = service.events("worker_ended")
    assert not [line for line in ended if line["stage"] != "rasterizer"], ended
    assert not service.events("worker_killed"), "a page was not given up in its time"
    assert not [line for line in service.lines if line.get("level") == "error"]
    assert service.upload("afterwards", HEALTHY, "Japanese").status_code == 202
    assert service.finish("afterwards")["status"] == "completed"


def test_the_log_stays_bounded_and_readable(crowd):
    service, states = crowd.service, crowd.watch()
    assert not service.events("not_json")
    assert max(len(json.dumps(line, ensure_ascii=False).encode()) for line in service.lines) <= LONGEST
    for job in states:
        lines = [line for line in service.lines if line.get("jobId") == job and line["proc"] != "front"]
        assert len(lines) <= MOST_LINES + (states[job]["slides"]["failed"] or 0), (job, lines)
    assert service.stop() == 0
