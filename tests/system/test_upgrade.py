"""A ledger of an earlier schema is taken over: nothing in it is lost, and what was open goes on."""

import re
import sqlite3

from service import ROOT, needed, wait_until
from test_drain import DECK, PAGES
from test_outbox import SECRET, callback_env, ledger, settled
from test_pipeline import check_outputs

SOURCE = (ROOT / "supervisor/ledger/ledger_sqlite.c").read_text()
TABLES = ("jobs", "slides", "artifacts", "outbox", "cache", "attempts")


def schema(number):
    """The script of one schema step, as the program has it."""
    text = re.search(rf"schema_{number}\[\] =(.*?);\n", SOURCE, re.S).group(1)
    return "".join(re.findall(r'"([^"]*)"', text))


def back_to_the_first(path):
    """The same rows in a ledger of schema 1; in open jobs, pages we call steps are yet to be explained, as an older program left them."""
    with sqlite3.connect(path) as db:
        db.execute("UPDATE slides SET outcome = 0, code = '' WHERE see_slide > 0 AND job IN (SELECT id FROM jobs WHERE state < 6)")
        rows = {table: ([row[1] for row in db.execute(f"PRAGMA table_info({table})")],
                        db.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
        epoch = db.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
    db.close()
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    with sqlite3.connect(path) as db:
        db.executescript(schema(1) + "PRAGMA user_version = 1;")
        db.execute("UPDATE meta SET value = ? WHERE name = 'epoch'", epoch)
        for table, (names, values) in rows.items():
            known = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            for row in values:
                kept = [value for name, value in zip(names, row) if name in known]
                db.execute(f"INSERT INTO {table}({', '.join(n for n in names if n in known)}) VALUES "
                           f"({', '.join('?' * len(kept))})", kept)
    db.close()


def test_a_ledger_of_schema_1_goes_on(services, doubles, tmp_path):
    model, receiver = doubles("model.py"), doubles("receiver.py", "--secret", SECRET)
    receiver.post("rules", [{"status": 503}])
    service = services(**callback_env(receiver, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=model.url,
                                      SLIDEMILL_CALLBACK_FIRST_MS="600000"))
    assert service.upload("ended", DECK).status_code == 202
    ended = service.finish("ended")
    calls = needed(service.summary(ended))
    settled(service, "ended", "pending", 1)
    model.post("scenario", {"latency": 600})
    assert service.upload("open", DECK, "German").status_code == 202
    wait_until("calls under way", lambda: model.get("stats")["calls"] > calls)
    service.kill_all()
    model.post("scenario", {"latency": 0})
    back_to_the_first(tmp_path / "state" / "ledger.sqlite")
    service.start()
    check_outputs(service, service.finish("open"), PAGES)
    came = service.job("ended")
    assert came == ended | {"callback": came["callback"], "usage": came["usage"], "overview": None}
    assert came["usage"]["calls"] == calls  # what was spent and the overview have no place in schema 1
    before = model.get("stats")
    assert service.upload("again", DECK).status_code == 202
    check_outputs(service, service.finish("again"), PAGES)
    stats = model.get("stats")
    assert (stats["calls"], stats["overviews"]) == (before["calls"], before["overviews"])  # the answers came along
    assert service.stop() == 0
    assert ledger(tmp_path, "PRAGMA user_version") == [(7,)]
    assert ledger(tmp_path, "SELECT count(*) FROM cache WHERE bytes <> length(CAST(answer AS BLOB)) OR bytes = 0") == [(0,)]
