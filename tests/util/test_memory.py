"""What memory the machine can still give."""

from __future__ import annotations

from pathlib import Path

import pytest

from smelt.util import memory
from smelt.util.errors import AllocationError

GIB = 1 << 30


@pytest.mark.parametrize(
    ("nbytes", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (3 << 20, "3.0 MiB"),
        (3 * GIB // 2, "1.5 GiB"),
        (5 << 40, "5.0 TiB"),
        (5 << 50, "5120.0 TiB"),
    ],
)
def test_readable_bytes(nbytes: int, text: str) -> None:
    assert memory.readable_bytes(nbytes) == text


def test_this_machine_has_some_memory_and_not_too_much() -> None:
    available = memory.available_bytes()
    assert available is None or 1 << 20 < available < 1 << 50


def test_check_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: GIB)
    memory.check_available(GIB)
    with pytest.raises(
        AllocationError, match=r"load: got a request for 2.0 GiB .* at most 1.0 GiB"
    ):
        memory.check_available(2 * GIB, "load")
    monkeypatch.setattr(memory, "available_bytes", lambda: 0)
    memory.check_available(memory.UNCHECKED_BYTES - 1)
    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    memory.check_available(1 << 60)


def cgroup(folder: Path, limit: str, usage: str, values: tuple[str, str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in zip((limit, usage, "memory.stat"), values, strict=True):
        (folder / name).write_text(value)


V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")
V2 = ("memory.max", "memory.current")
LEFT = [
    (("1000", "300", "anon 1\ninactive_file 100\n"), 800),
    (("1000", "300", "inactive_file 1\ntotal_inactive_file 50\n"), 750),
    (("1000", "300", "anon 1\n"), 700),
    (("max", "300", "inactive_file 100\n"), None),
]


@pytest.mark.parametrize(("values", "left"), LEFT)
@pytest.mark.parametrize("names", [V1, V2])
def test_a_cgroup_leaves_its_limit_less_what_is_used(
    tmp_path: Path, names: tuple[str, str], values: tuple[str, str, str], left: int | None
) -> None:
    cgroup(tmp_path, *names, values)
    assert memory._left(tmp_path, *names) == left
    assert memory._left(tmp_path / "missing", *names) is None


@pytest.mark.parametrize(
    ("lines", "root", "names"),
    [("0::/a/b", "", V2), ("9:name=x:/y\n4:cpu,memory:/a/b\n", "memory", V1)],
)
def test_the_tightest_of_all_cgroups_above_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: str,
    root: str,
    names: tuple[str, str],
) -> None:
    proc = tmp_path / "cgroup"
    proc.write_text(lines)
    monkeypatch.setattr(memory, "_PROCESS_CGROUPS", proc)
    monkeypatch.setattr(memory, "_CGROUP_ROOT", tmp_path / "fs")
    top = tmp_path / "fs" / root
    cgroup(top / "a" / "b", *names, ("9000", "0", ""))
    cgroup(top / "a", *names, ("1000", "600", ""))
    cgroup(top, *names, ("8000", "0", ""))
    assert list(memory._cgroup_bytes()) == [9000, 400, 8000]
    assert memory.available_bytes() == 400
