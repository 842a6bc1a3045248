"""The options of `smelt bench` and `python -m benchmarks`, without what these import."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path


def add_options(parser: argparse.ArgumentParser, peers: Iterable[str] = ("numpy",)) -> None:
    """Which rows and peers, for how long, and where to."""
    rows = "names of rows, * stands for any text; without any, all"
    parser.add_argument("rows", nargs="*", metavar="row", help=rows)
    parser.add_argument("--peers", default="*", help=f"some of {','.join(peers)}; else all")
    parser.add_argument("--seconds", type=_seconds, default=3.0, help="of calls for each row; 3")
    parser.add_argument("--json", type=Path, metavar="FILE", help="for everything measured")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


_seconds.__name__ = "number of seconds above 0"  # argparse puts it into its message
