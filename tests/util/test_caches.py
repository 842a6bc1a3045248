"""What Linux tells of a core's caches."""

from __future__ import annotations

from pathlib import Path

import pytest

from smelt.util import caches

FIRST = {"level": "1", "size": "48K", "shared_cpu_list": "0"}
SECOND = {"level": "2", "size": "2048K", "shared_cpu_list": "0"}
CASES = {
    "one thread": ([FIRST, SECOND], 2 << 20),
    "two threads to a core": ([SECOND | {"shared_cpu_list": "0,8"}], 1 << 20),
    "four cores": ([SECOND | {"size": "16M", "shared_cpu_list": "0-3"}], 4 << 20),
    "none of that level": ([FIRST], None),
    "not told": ([], None),
    "not told how large": ([{"level": "2", "shared_cpu_list": "0"}], None),
    "garbled": ([SECOND | {"size": "lots"}], None),
    "empty": ([SECOND | {"size": ""}], None),
}


@pytest.mark.parametrize("case", CASES)
def test_second_level_bytes(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, expected = CASES[case]
    for number, files in enumerate(told):
        folder = tmp_path / f"index{number}"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(f"{text}\n")
    monkeypatch.setattr(caches, "_CACHES", tmp_path)
    assert caches.second_level_bytes() == expected
