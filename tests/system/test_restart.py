"""A restart refuses nobody: whoever comes while the supervisor or front is away waits in the queue of the listening socket.

How many restarts it stands at 1,000 requests a second is measured by tests/bench/restart.py.
"""

import os
import signal
import socket

import pytest
import requests

from http_load import Load
from service import Service, wait_until

AWAY = {"503"}  # what a request may be told whose supervisor has died


def supervisor(service):
    return service.events("supervisor_started")[-1]["pid"]


def another(service, event, act, **facts):
    """Does it, and waits until that event has come once more."""
    before = len(service.events(event, **facts))
    act()
    wait_until(f"one more {event}", lambda: len(service.events(event, **facts)) > before)


def restart(service, number):
    another(service, "worker_ready", lambda: os.kill(supervisor(service), number), stage="front")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_restarted_supervisor_refuses_and_resets_no_request(services, number):
    service = services()
    with Load(service.port, 200) as load:
        for _ in range(3):
            restart(service, number)
    assert not load.lost(), load.ends
    assert set(load.ends) <= {"200", "202"} | AWAY
    assert len(service.events("supervisor_started")) == 4
    assert len({line["port"] for line in service.events("listening")}) == 1
    assert service.stop() == 0


def test_new_parameters_of_front_refuse_and_reset_no_request(services, tmp_path):
    config = tmp_path / "slidemill.cfg"
    config.write_text("http: { deadline_s = 30; };\n")
    service = services("--config", str(config))
    with Load(service.port, 200) as load:
        for seconds in (31, 32, 33):
            config.write_text(f"http: {{ deadline_s = {seconds}; }};\n")
            another(service, "worker_ended", lambda: service.process.send_signal(signal.SIGHUP), stage="front")
    assert not load.lost(), load.ends
    assert set(load.ends) <= {"200", "202"}


def test_a_front_that_is_killed_leaves_those_waiting_who_come_later(services):
    service = services(SLIDEMILL_THROTTLE_FIRST_MS="50")
    for _ in range(3):
        pids = service.pids("slidemill-front")
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        wait_until("its end", lambda pids=pids: not [pid for pid in pids if os.path.exists(f"/proc/{pid}/exe")])
        assert requests.get(service.url + "/livez", timeout=30).status_code == 200


def test_the_supervisor_that_follows_has_the_same_port_where_the_system_chose_it(services):
    service = services(PORT="0")
    port = service.port
    for _ in range(2):
        restart(service, signal.SIGKILL)
        wait_until("healthy", lambda: service.health().status_code == 200)
    assert {line["port"] for line in service.events("listening")} == {port}


def test_a_socket_that_was_bound_before_is_served(tmp_path):
    """As systemd hands it over (sd_listen_fds(3)); it stays bound when the whole service is started anew."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as bound:
        script = f'exec 3<&{bound.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'
        service = Service(tmp_path, PORT=1)  # which is not asked for
        service.wrapper, service.inherited = ["bash", "-c", script, "bash"], (bound.fileno(),)
        try:
            for _ in range(2):
                service.start()
                assert service.port == bound.getsockname()[1]
                restart(service, signal.SIGKILL)
                wait_until("healthy", lambda: service.health().status_code == 200)
                assert service.stop() == 0
            with socket.create_connection(bound.getsockname()) as waiting:
                waiting.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                service.start()
                waiting.settimeout(30)
                assert waiting.recv(65536).startswith(b"HTTP/1.1 200")
        finally:
            service.close()
