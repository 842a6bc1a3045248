"""What is fetched before it is needed: the next row in the last walk, results during their sum."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from smelt import Tensor
from smelt.kernel.optimize import optimize
from smelt.kernel.transforms import apply
from smelt.program import Target
from smelt.render.compile import cpu_target
from smelt.render.llvm import render
from smelt.schedule.lower import schedule

TARGETS = {name: cpu_target(name) for name in ("x86-64-v4", "x86-64-v3")}
BYTES = r"getelementptr float, ptr (%\w+), i64 (-?\d+)\n +call void @llvm.prefetch"


def texts(x: Tensor, target: Target) -> list[str]:
    """The code of each kernel."""
    built = [scheduled.kernel for scheduled in schedule([x.node]).kernels]
    return [render(apply(k, optimize(k, target)), target).text for k in built]


def fetched(x: Tensor, target: Target) -> list[set[int]]:
    """How many bytes ahead each kernel of a large result fetches."""
    found = []
    for text in texts(x, target):
        ahead = {4 * int(n) for _, n in re.findall(BYTES, text)}
        assert bool(ahead) == ("llvm.prefetch" in text)
        found.append(ahead)
    return found


def stored(*shape: int) -> Tensor:
    return Tensor(np.zeros(shape, np.float32)).realize()


SEVERAL_WALKS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda x: x.softmax(-1),
    "log_softmax": lambda x: x.log_softmax(-1),
    "normalized": lambda x: (x - x.mean(-1, keepdim=True)) / x.std(-1, keepdim=True),
    "spread": lambda x: x.exp() / (x - x.max(-1, keepdim=True)).square().sum(-1, keepdim=True),
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SEVERAL_WALKS)
def test_rows_that_are_walked_through_several_times(name: str, target: str) -> None:
    (found,) = fetched(SEVERAL_WALKS[name](stored(2048, 2048)), TARGETS[target])
    assert found == {8192}


def test_short_rows_fetch_some_rows_ahead_and_tails_as_well() -> None:
    target = TARGETS["x86-64-v4"]
    assert fetched(stored(1 << 14, 128).softmax(-1), target) == [{4096}]
    assert fetched(stored(1 << 14, 300).softmax(-1), target) == [{4800}]


def test_only_where_a_core_would_wait_for_memory() -> None:
    target = TARGETS["x86-64-v4"]
    others = {
        "in the cache": stored(256, 256).softmax(-1),
        "one walk": stored(2048, 2048).sum(-1),
        "one walk and its rest": stored(2040, 2048).sum(0),
        "no row": stored(2048, 2048) * 2 + 1,
        "a row that fills the cache": stored(4, 1 << 19).softmax(-1),
        "a small product": stored(500, 64) @ stored(64, 500),
        "a product past the caches": stored(4096, 16) @ stored(16, 4096),
    }
    for name, x in others.items():
        assert not any(fetched(x, target)), name
    x = stored(2048, 2048).softmax(-1)
    assert fetched(x, cpu_target("armv8-a")) == [set()], "vectors are a quarter of a line"
    larger = replace(target, cache_nbytes=1 << 25)
    assert fetched(x, larger) == [set()]


def test_the_last_of_three_walks_fetches() -> None:
    x = SEVERAL_WALKS["normalized"](stored(2048, 2048))
    (text,) = texts(x, TARGETS["x86-64-v4"])
    assert text.count("call void @llvm.prefetch") == 1, "the sums have four vectors side by side"
    assert text.index("@llvm.sqrt") < text.index("call void @llvm.prefetch"), "both sums are known"


def test_results_are_fetched_before_their_sums() -> None:
    (text,) = texts((stored(1000, 33) @ stored(33, 1000)).relu(), TARGETS["x86-64-v4"])
    fetches = text.count("call void @llvm.prefetch")
    assert fetches == text.count("call void @llvm.masked.store") > 1, (
        "one for each vector of a tile"
    )
    assert text.rindex("call void @llvm.prefetch") < text.index("@llvm.fma")
