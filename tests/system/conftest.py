"""Fixtures of the whole-system tests: everything that is started is ended."""

import pytest

from service import Double, Service


@pytest.fixture
def doubles():
    started = []

    def start(program, *options):
        started.append(Double(program, *options))
        return started[-1]

    yield start
    for double in started:
        double.close()


@pytest.fixture
def services(tmp_path):
    started = []

    def start(*arguments, **env):
        started.append(Service(tmp_path, **env))
        return started[-1].start(*arguments)

    yield start
    for service in started:
        service.close()
