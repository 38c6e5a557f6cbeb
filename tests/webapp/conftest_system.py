"""The fixtures of tests/system under a name that does not clash with the conftest beside it."""

import importlib.util
import pathlib

PATH = pathlib.Path(__file__).resolve().parents[1] / "system" / "conftest.py"
SPEC = importlib.util.spec_from_file_location("system_conftest", PATH)
MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)
doubles, services = MODULE.doubles, MODULE.services
