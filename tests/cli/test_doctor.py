from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from smelt.cli import doctor
from smelt.cli.main import main
from smelt.util import flags
from smelt.util.errors import CompileError


def lines(section) -> dict[str, str]:
    return {finding.topic: str(finding) for finding in section()}


def test_everything_is_looked_at_and_well(capsys):
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    for title in doctor.SECTIONS:
        assert f"{title}\n" in shown
    assert doctor.BROKEN not in shown
    for device in ("CPU", "PYTHON"):
        assert f"ok       {device:16} computes" in shown


def test_measured_ceilings_are_of_this_world():
    words = lines(doctor._peaks)["arithmetic"].split()
    gflops = float(words[words.index("GFLOP/s") - 1])
    assert 0.1 < gflops < 1e5


def test_every_flag_is_listed(capsys):
    assert main(["doctor", "--flags"]) == 0
    shown = capsys.readouterr().out
    for flag in flags.FLAGS.values():
        assert f"{flag.name}={flag.show(flag.value)}  (default {flag.show(flag.default)}" in shown
        assert flag.help in shown


def test_an_unreadable_flag_is_broken(monkeypatch, capsys):
    monkeypatch.setenv("DEBUG", "loud")
    flags.reread()
    assert main(["doctor", "--flags"]) == 1
    assert "DEBUG=unreadable: 'loud'" in capsys.readouterr().out
    assert doctor.BROKEN in lines(doctor._environment)["DEBUG"]


def test_a_misspelt_variable_is_noted(monkeypatch):
    monkeypatch.setenv("SMELT_THREDS", "1")
    shown = lines(doctor._environment)["SMELT_THREDS"]
    assert "note" in shown
    assert "did you mean SMELT_THREADS?" in shown


def test_a_cache_that_cannot_be_written_is_noted(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SMELT_CACHE", str(tmp_path / "file" / "cache"))
    flags.reread()
    shown = lines(doctor._cache)["cache"]
    assert "note" in shown
    assert "is not writable" in shown


def test_the_cache_is_counted(monkeypatch, tmp_path):
    monkeypatch.setenv("SMELT_CACHE", str(tmp_path))
    flags.reread()
    (tmp_path / "a").write_bytes(bytes(1500))
    (tmp_path / "b").write_bytes(bytes(500))
    assert "2 files, 2 kB, writable" in lines(doctor._cache)["cache"]


def test_missing_packages_say_how_to_get_them(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    optional = lines(doctor._optional)
    for name, extra, _ in doctor.OPTIONAL:
        assert f"missing  {name}" in optional[name]
        assert f"pip install 'smelt[{extra}]'" in optional[name]
    assert doctor.BROKEN in lines(doctor._versions)["numpy"]


def test_optional_packages_are_those_of_the_extras():
    extras = metadata_extras()
    for name, extra, _ in doctor.OPTIONAL:
        assert name in extras[extra], f"{name} is not in the extra {extra}"


def metadata_extras() -> dict[str, str]:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    return {k: " ".join(v) for k, v in project["optional-dependencies"].items()}


@pytest.mark.parametrize("error", [CompileError("compile", "x", "y"), ImportError("x"), OSError(5)])
def test_what_fails_is_broken_and_the_rest_goes_on(monkeypatch, capsys, error):
    def fails():
        yield doctor.Finding("first", "fine")
        raise error

    def fine():
        yield doctor.Finding("last", "fine")

    monkeypatch.setattr(doctor, "SECTIONS", {"one": fails, "two": fine})
    assert doctor.run_doctor() == 1
    shown = capsys.readouterr().out
    assert "ok       first" in shown
    assert "BROKEN   one" in shown
    assert "ok       last" in shown
