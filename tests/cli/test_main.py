from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from smelt.cli import main as cli
from smelt.util.errors import ShapeError

WRONG = [
    ([], "required"),
    (["bake"], "invalid choice: 'bake'"),
    (["demo", "--epochs", "0"], "invalid integer above 0 value: '0'"),
    (["demo", "--epochs", "many"], "invalid integer above 0 value: 'many'"),
    (["demo", "--batch-size", "-1"], "invalid integer above 0 value: '-1'"),
    (["demo", "--seed", "-1"], "invalid integer from 0 value: '-1'"),
    (["demo", "--fast"], "unrecognized arguments: --fast"),
    (["doctor", "--flags=1"], "--flags"),
]


def runs(monkeypatch, function) -> None:
    parser = SimpleNamespace(parse_args=lambda argv: SimpleNamespace(run=function))
    monkeypatch.setattr(cli, "parser", lambda: parser)


@pytest.mark.parametrize("arguments, message", WRONG)
def test_wrong_usage_is_exit_code_2(capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_options_of_the_demo():
    given = ["demo", "--epochs", "3", "--batch-size", "10", "--seed", "0", "--out", "/tmp/x"]
    parsed = cli.parser().parse_args(given)
    assert (parsed.epochs, parsed.batch_size, parsed.seed) == (3, 10, 0)
    assert parsed.out == Path("/tmp/x")


def test_the_code_of_the_command_is_the_exit_code(monkeypatch):
    runs(monkeypatch, lambda _: 5)
    assert cli.main([]) == 5


def test_a_typed_error_is_its_message_and_exit_code_1(monkeypatch, capsys):
    def fail(_):
        raise ShapeError("reshape", "(3, 4)", "12 elements")

    runs(monkeypatch, fail)
    assert cli.main([]) == 1
    error = capsys.readouterr().err
    assert error.startswith("smelt: reshape: got (3, 4), expected 12 elements")
    assert "Traceback" not in error


def test_any_other_error_is_a_bug_and_keeps_its_traceback(monkeypatch):
    runs(monkeypatch, lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        cli.main([])


def test_interrupted_is_exit_code_130(monkeypatch, capsys):
    def interrupt(_):
        raise KeyboardInterrupt

    runs(monkeypatch, interrupt)
    assert cli.main([]) == 130
    assert capsys.readouterr().err == "smelt: interrupted\n"


def test_a_reader_that_leaves_is_no_error():
    command = [
        sys.executable,
        "-c",
        "import sys; from smelt.cli.main import main; sys.exit(main())",
    ]
    child = subprocess.Popen(
        [*command, "doctor", "--flags"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    child.stdout.close()
    error = child.stderr.read()
    child.stderr.close()
    assert (child.wait(60), error) == (0, b"")
