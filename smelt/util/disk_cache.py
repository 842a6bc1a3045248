"""Results that are dear to compute, kept on disk between processes.

A file is named by the digest of its key and begins with the digest of its contents, so a damaged
or half-written file is the same as none. Files appear by a rename: processes that share the folder
never see each other's unfinished work, and two that make the same thing both win.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from smelt.util import flags

_DIGEST_BYTES = 32
_in_memory: dict[Path, bytes] = {}  # what could not be written, by the path it should have had
_noted: set[Path] = set()


def cached_object(key_text: str, make: Callable[[], bytes]) -> bytes:
    """What `make()` returned for this key, in this process or an earlier one.

    `key_text` must name everything that the result depends on. Whatever is wrong with the folder
    costs another `make()`, never an error.
    """
    found = lookup(key_text)
    if found is None:
        found = make()
        keep(key_text, found)
    return found


def lookup(key_text: str) -> bytes | None:
    """What is kept under this key; None if there is nothing, or something damaged."""
    if flags.NOCACHE.value:
        return None
    path = _path(key_text)
    if path in _in_memory:
        return _in_memory[path]
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, data = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    return data if hashlib.sha256(data).digest() == digest else None


def keep(key_text: str, data: bytes) -> None:
    """Keep `data` under this key; in memory, with a note, where the folder cannot be written."""
    if flags.NOCACHE.value:
        return
    path = _path(key_text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, hashlib.sha256(data).digest() + data)
    except OSError as error:
        _in_memory[path] = data
        if path.parent not in _noted:
            _noted.add(path.parent)
            reason = error.strerror or str(error)
            note = f"smelt: cannot write the cache folder {path.parent} ({reason});"
            print(f"{note} compiling anew in each process", file=sys.stderr)


def _path(key_text: str) -> Path:
    return flags.SMELT_CACHE.value / hashlib.sha256(key_text.encode()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    import tempfile  # takes some milliseconds, which a process that finds everything need not pay

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:  # also Ctrl-C: leave no half-written file behind
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
