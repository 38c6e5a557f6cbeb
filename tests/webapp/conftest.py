"""A web app in front of Slidemill: PostgreSQL, Ceph's S3, Next.js and Chromium, each the real one."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import psycopg
import pytest
import requests
from playwright.sync_api import sync_playwright

import service as system
from conftest_system import doubles, services  # noqa: F401  the fixtures of tests/system
from test_s3_pipeline import Store

SITE = system.BUILD / "webapp"
SCHEMA = """
CREATE TABLE accounts (credits int NOT NULL);
INSERT INTO accounts VALUES (10);
CREATE TABLE jobs (id uuid PRIMARY KEY, s3_key text NOT NULL, status text NOT NULL, summary_url text, docx_url text, anki_url text,
                   total_slides int, callbacks int NOT NULL DEFAULT 0);
"""


class Postgres:
    """A cluster of its own on a free port, with the web app's schema. The server does not run as root."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="webapp-pg-", dir="/var/tmp")
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.port = system.free_port()
        shutil.chown(self.folder, "postgres")
        self.run("initdb", "-A", "trust", "-U", "web", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D", f"{self.folder}/data")
        self.run("pg_ctl", "-w", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o",
                 f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}", "start")
        self.url = f"postgresql://web@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments):
        subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", self.bin / program, *arguments],
                       check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def execute(self, text, *values):
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(text, values)
            return cursor.fetchall() if cursor.description else None

    def close(self):
        self.run("pg_ctl", "-w", "-m", "immediate", "-D", f"{self.folder}/data", "stop")
        shutil.rmtree(self.folder)


@pytest.fixture(scope="session")
def store():
    store = Store("radosgw")
    yield store
    store.close()


@pytest.fixture(scope="session")
def cluster():
    cluster = Postgres()
    yield cluster
    cluster.close()


@pytest.fixture
def database(cluster):
    cluster.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    cluster.execute(SCHEMA)
    return cluster


class Site:
    """`next start`; may be killed and started again on the same port."""

    def __init__(self, **env):
        self.port, self.env, self.process = system.free_port(), env, None
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, worker_url):
        env = {**os.environ, **self.env, "WORKER_URL": worker_url, "NEXT_TELEMETRY_DISABLED": "1"}
        self.process = subprocess.Popen(["npx", "next", "start", "-H", "127.0.0.1", "-p", str(self.port)], cwd=SITE, env=env,
                                        start_new_session=True, stdout=subprocess.DEVNULL)
        system.wait_until("the web app answers", self.answers, 60)
        return self

    def answers(self):
        try:
            return requests.get(self.url, timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def kill(self):
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None


@pytest.fixture
def site(store, database):
    site = Site(DATABASE_URL=database.url, WORKER_CALLBACK_SECRET="a secret of both", **store.env())
    yield site
    site.kill()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()
