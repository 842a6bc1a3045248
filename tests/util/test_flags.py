from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from smelt.util import flags
from smelt.util.errors import FlagError
from smelt.util.flags import Context

READABLE = [
    ("DEBUG", "0", 0),
    ("DEBUG", "5", 5),
    ("DEBUG", " 2 ", 2),
    ("DEV", "python", "PYTHON"),
    ("GRAPH", "1", True),
    ("GRAPH", "", False),
    ("TRAINING", "off", False),
    ("TRAINING", "True", True),
    ("SMELT_JIT", "no", False),
    ("SMELT_THREADS", "1", 1),
    ("SMELT_CPU", " x86-64-v3", "x86-64-v3"),
    ("SMELT_CACHE", "/tmp/some where", Path("/tmp/some where")),
    ("SMELT_CACHE", "~/x", Path.home() / "x"),
]

UNREADABLE = [
    ("DEBUG", "6", "an integer from 0 to 5"),
    ("DEBUG", "-1", "an integer from 0 to 5"),
    ("DEBUG", "verbose", "an integer from 0 to 5"),
    ("DEBUG", "", "an integer from 0 to 5"),
    ("DEBUG", "1.5", "an integer from 0 to 5"),
    ("SMELT_THREADS", "0", "an integer from 1 to 1024"),
    ("TRAINING", "2", "0 or 1"),
    ("SMELT_CACHE", "  ", "the path of a folder"),
]


@pytest.mark.parametrize("name, text, value", READABLE)
def test_reads_the_environment(monkeypatch, name, text, value):
    monkeypatch.setenv(name, text)
    flags.reread()
    assert flags.find(name).value == value
    assert type(flags.find(name).value) is type(value) or isinstance(value, Path)


@pytest.mark.parametrize("name, text, expected", UNREADABLE)
def test_refuses_what_it_cannot_read(monkeypatch, name, text, expected):
    monkeypatch.setenv(name, text)
    flags.reread()
    with pytest.raises(FlagError) as error:
        _ = flags.find(name).value
    assert (error.value.operation, error.value.got) == (name, repr(text))
    assert error.value.expected == expected


@pytest.mark.parametrize("name", flags.FLAGS)
def test_every_flag_is_documented_and_reads_its_own_default(monkeypatch, name):
    monkeypatch.delenv(name, raising=False)
    flag = flags.FLAGS[name]
    assert flag.help
    assert flag.expected
    assert flag.value == flag.default
    assert not flag.default or flag.check(flag.show(flag.default)) == flag.default


def test_the_environment_is_read_once(monkeypatch):
    monkeypatch.setenv("DEBUG", "1")
    assert flags.DEBUG.value == 1
    monkeypatch.setenv("DEBUG", "2")
    assert flags.DEBUG.value == 1


def test_context_nests_and_ends():
    before = flags.DEBUG.value
    with Context(DEBUG=2, TRAINING=1):
        assert (flags.DEBUG.value, flags.TRAINING.value) == (2, True)
        with Context(DEBUG=3):
            assert (flags.DEBUG.value, flags.TRAINING.value) == (3, True)
        assert flags.DEBUG.value == 2
    assert (flags.DEBUG.value, flags.TRAINING.value) == (before, False)


def test_one_context_object_entered_twice():
    context = Context(DEBUG=4)
    with context, Context(DEBUG=1), context:
        assert flags.DEBUG.value == 4
    assert flags.overrides() == {}


def test_context_ends_with_an_exception():
    with pytest.raises(ZeroDivisionError), Context(DEBUG=2):
        _ = 1 / 0
    assert flags.overrides() == {}


def test_context_as_a_decorator():
    @Context(DEBUG=2)
    def depth(n: int) -> int:
        """The flag, from within n calls."""
        return flags.DEBUG.value if n == 0 else depth(n - 1)

    assert depth(3) == 2
    assert depth.__name__ == "depth"
    assert flags.overrides() == {}


def test_context_holds_in_its_own_thread_only():
    seen = []
    with Context(DEBUG=3):
        thread = threading.Thread(target=lambda: seen.append(flags.DEBUG.value))
        thread.start()
        thread.join()
    assert seen == [flags.DEBUG.value]
    assert seen != [3]


@pytest.mark.parametrize("values", [{"DEBUG": 6}, {"DEBUG": 1.5}, {"DEBUG": None}, {"DEV": 1}])
def test_context_checks_values(values):
    with pytest.raises(FlagError):
        Context(**values)


def test_an_unknown_name_suggests_near_ones():
    with pytest.raises(FlagError, match="did you mean DEBUG"):
        Context(DEBUGG=1)
    with pytest.raises(FlagError, match="did you mean TRAINING"):
        Context(training=1)
    with pytest.raises(FlagError, match="doctor --flags"):
        Context(quux=1)


def test_a_misspelt_variable_is_found(monkeypatch):
    monkeypatch.setenv("SMELT_THREDS", "2")
    monkeypatch.setenv("SMELT_XYZZY_QUUX", "2")
    found = dict(flags.misspelt())
    assert found["SMELT_THREDS"] == "SMELT_THREADS"
    assert "SMELT_XYZZY_QUUX" in found
    assert "SMELT_CACHE" not in found


def test_nothing_else_reads_the_environment():
    package = Path(flags.__file__).parents[1]
    readers = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)|from os import .*(environ|getenv)", path.read_text())
    ]
    assert readers == ["util/flags.py"]
