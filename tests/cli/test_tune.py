from __future__ import annotations

import io
import json
import sys

import pytest

from smelt import Context
from smelt.cli.main import main
from smelt.engine import tuning
from smelt.engine.device import runtime
from smelt.engine.tuning import FORMAT, Entry
from smelt.kernel.candidates import Choice

HERE = tuning.machine(runtime("CPU").target)
PLAN = Choice(vector=1, tiles=((0, 6), (1, 4)), copies=(2,), block=2)


def entry(number: int, target: str = HERE, plan: str | None = PLAN.dumps(), beam: int = 2) -> Entry:
    return Entry(f"{number:064x}", target, f"dot_{number}", plan, 2e-3, 1e-3, beam)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty cache folder."""
    monkeypatch.setattr(tuning, "_noted", set())
    with Context(SMELT_CACHE=tmp_path / "cache"):
        yield tmp_path


def test_the_list(capsys):
    assert main(["tune", "list"]) == 0
    assert capsys.readouterr().out == f"{tuning.path()}: 0 kernels for {HERE}\n"
    tuning.write([entry(1), entry(2, plan=None, beam=0), entry(3, "x86_64 other 12")])
    assert main(["tune", "list"]) == 0
    head, first, second, last = capsys.readouterr().out.splitlines()
    assert head == f"{tuning.path()}: 2 kernels for {HERE}"
    assert first.split(maxsplit=1)[0] == "dot_1"
    assert first.endswith("2000.0 ->     1000.0 µs  " + str(PLAN))
    assert second.endswith("the default plan  (interrupted)")
    assert last == "1 kernel for other processors: --all shows them"
    assert main(["tune", "list", "--all"]) == 0
    printed = capsys.readouterr().out
    assert "3 kernels for all processors" in printed
    assert f"{PLAN}  [x86_64 other 12]" in printed


def test_what_is_exported_is_what_is_taken_in(folder, capsys):
    file = folder / "tuned.json"
    found = [entry(1), entry(2, plan=None), entry(3, "x86_64 other 12")]
    tuning.write(found)
    assert main(["tune", "export", str(file)]) == 0
    assert capsys.readouterr().out == f"3 kernels in {file}\n"
    with Context(SMELT_CACHE=folder / "elsewhere"):
        assert main(["tune", "import", str(file)]) == 0
        assert tuning.entries() == found
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "3 of 3 kernels taken in, 2 of the file are for this processor"
    assert printed[1] == "1 for another one, x86_64 other 12: used only there"


def test_through_a_pipe(monkeypatch, capsys):
    tuning.write([entry(1)])
    assert main(["tune", "export", "-"]) == 0
    text = capsys.readouterr().out
    assert main(["tune", "clear"]) == 0
    assert tuning.entries() == []
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert main(["tune", "import", "-"]) == 0
    assert tuning.entries() == [entry(1)]


@pytest.mark.parametrize("options, beam", [([], 2), (["--replace"], 4)])
def test_what_a_search_found_here_stays_unless_it_is_to_be_replaced(folder, capsys, options, beam):
    file = folder / "tuned.json"
    tuning.write([entry(1, beam=4), entry(2)])
    assert main(["tune", "export", str(file)]) == 0
    tuning.write([entry(1, beam=2)])
    capsys.readouterr()
    assert main(["tune", "import", str(file), *options]) == 0
    assert tuning.entries() == [entry(1, beam=beam), entry(2)]
    assert ("--replace" in capsys.readouterr().out) is not bool(options)


def document(**changes) -> str:
    rows = [{**vars(entry(1)), **changes}]
    return json.dumps({"smelt_tuning": FORMAT, "entries": rows})


WRONG_FILES = {
    "empty": ("", "no JSON"),
    "no text": (b"\xff\xfe\x00", "no JSON"),
    "deep": ("[" * 200_000, "no JSON"),
    "a list": ("[]", "JSON of something else"),
    "other": ('{"a": 1}', "JSON of something else"),
    "newer": ('{"smelt_tuning": 99}', f"format 99, expected format {FORMAT}; export it with the"),
    "no entries": (f'{{"smelt_tuning": {FORMAT}}}', "no list of entries"),
    "entry": (f'{{"smelt_tuning": {FORMAT}, "entries": [3]}}', "entry 0 that is none"),
    "more": (document(more=1), "entry 0 that is none"),
    "kernel": (document(kernel="../../x"), "entry 0 with kernel = '../../x'"),
    "target": (document(target="x\x1b[2J"), "entry 0 with target = 'x\\x1b[2J'"),
    "name": (document(name=["x"]), "entry 0 with name = ['x']"),
    "plan": (document(plan={"vector": 1}), "entry 0 with plan = {'vector': 1}"),
    "long plan": (document(plan="x" * 5000), "entry 0 with plan = 'xxx"),
    "time": (document(tuned_s="1"), "entry 0 with tuned_s = '1'"),
    "negative time": (document(default_s=-1.0), "entry 0 with default_s = -1.0"),
    "NaN": (document(default_s=float("nan")), "entry 0 with default_s = nan"),
    "beam": (document(beam=True), "entry 0 with beam = True"),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_another_file_is_refused_and_changes_nothing(folder, capsys, name):
    content, message = WRONG_FILES[name]
    file = folder / "file"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["tune", "import", str(file)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"smelt: tune import: got {file}: {message}")
    assert error.count("\n") == 1
    assert tuning.entries() == []


def test_files_and_folders_that_cannot_be_used(folder, capsys):
    assert main(["tune", "import", str(folder / "none")]) == 1
    assert "No such file" in capsys.readouterr().err
    assert main(["tune", "import", str(folder)]) == 1
    assert "Is a directory" in capsys.readouterr().err
    assert main(["tune", "export", str(folder / "none" / "file")]) == 1
    assert "tune export: got " in capsys.readouterr().err
    assert sorted(folder.iterdir()) == []
    (folder / "good.json").write_text(document())
    (folder / "cache").write_text("a file")
    assert main(["tune", "import", str(folder / "good.json")]) == 1
    assert "expected a cache folder to write to" in capsys.readouterr().err


def test_a_damaged_database_can_be_removed(capsys):
    tuning.write([entry(1)])
    tuning.path().write_bytes(b"damaged" * 1000)
    assert main(["tune", "list"]) == 1
    assert "`smelt tune clear` removes it" in capsys.readouterr().err
    assert main(["tune", "clear"]) == 0
    assert main(["tune", "list"]) == 0
    tuning.write([entry(1)])
    assert main(["tune", "clear"]) == 0
    assert "tuning.db: 1 kernel removed" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["bake"], ["export"], ["import"], ["list", "x"]])
def test_wrong_usage(arguments):
    with pytest.raises(SystemExit) as stop:
        main(["tune", *arguments])
    assert stop.value.code == 2
