"""Files from the web, each fetched once and kept in the cache folder."""

from __future__ import annotations

import gzip
import hashlib
import os
import urllib.error
import urllib.request
from pathlib import Path

from smelt.util import flags
from smelt.util.errors import FileFormatError

_TIMEOUT_S = 30


def fetched(url: str) -> bytes:
    """What is at an address: from the cache, or else from there, and kept."""
    return fetched_path(url).read_bytes()


def fetched_path(url: str, name: Path | None = None, gunzip: bool = False) -> Path:
    """Where what is at an address is kept; `name` is a path in the folder of downloads."""
    if name is None:
        digest = hashlib.sha256(url.encode()).hexdigest()[:16]
        name = Path(f"{digest}-{url.rsplit('/', 1)[-1][-64:]}" + ".unpacked" * gunzip)
    path = Path(flags.SMELT_CACHE.value) / "downloads" / name
    if path.exists():
        return path
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:
            content: bytes = answer.read()
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise FileFormatError(
            "from_url", f"{url}: {error}", "a file that can be fetched",
            f"put the file at {path} by hand",
        ) from None  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(unpacked(content, url) if gunzip else content)
    unfinished.replace(path)
    return path


def unpacked(content: bytes, url: str) -> bytes:
    """What is in a gzip file. Raises FileFormatError if it is none."""
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise FileFormatError("from_url", f"{url}: {error}", "a gzip file") from None
