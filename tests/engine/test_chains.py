"""Chains: kernels done one after the other for a piece at a time, with the same results."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.engine import chains, executable
from smelt.program import SlotKind, Step
from smelt.util import flags
from smelt.util.errors import OutOfRangeError

Graph = Callable[[], Tensor]


@pytest.fixture(autouse=True)
def small_chains(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Values of these tests are worth a chain."""
    monkeypatch.setattr(chains, "WORTH_NBYTES", 1 << 12)
    monkeypatch.setattr(executable, "WORTH_NBYTES", 1 << 12)
    monkeypatch.setattr(chains, "LEAST_PIECE_S", 0.0)
    monkeypatch.setattr(executable, "_executables", {})
    yield


def data(*shape: int, seed: int = 0) -> Tensor:
    return Tensor(np.random.default_rng(seed).standard_normal(shape).astype(np.float32)).realize()


def steps_of(x: Tensor) -> tuple[Step, ...]:
    """Compute `x`: the steps of the program that did so."""
    with smelt.profile() as runs:
        x.realize()
    return runs[-1].program.steps


def by_hand(queries: int = 256, heads: int = 2) -> Tensor:
    """Attention as users write it."""
    q, k, v = (data(heads, queries, 16, seed=i) for i in range(3))
    return (q @ k.mT * 0.25).softmax(-1) @ v


def shared_heads() -> Tensor:
    """Pieces in two loops, of which only the inner one decides which keys are read."""
    q, k, v = data(2, 4, 140, 8), data(1, 2, 300, 8, seed=1), data(1, 2, 300, 5, seed=2)
    return q.scaled_dot_product_attention(k, v, enable_gqa=True)


def causal() -> Tensor:
    q, k, v = (data(9, 64, 16, seed=i) for i in range(3))
    return q.scaled_dot_product_attention(k, v, is_causal=True)


def products() -> Tensor:
    x = data(64, 40, 24)
    return ((x @ data(24, 40, seed=1)).relu() @ data(40, 24, seed=2)).contiguous().sum(-1)


def normal() -> Tensor:
    x = data(2048, 96)
    return ((x - x.mean(1, keepdim=True)).exp().contiguous() * 2).contiguous().sum(1)


GRAPHS: dict[str, Graph] = {
    "by hand": lambda: by_hand(heads=8), "causal": causal, "products": products, "normal": normal,
    "shared heads": shared_heads,
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHS)
def test_there_is_a_chain(name: str) -> None:
    assert max(step.members for step in steps_of(GRAPHS[name]())) > 1


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_results_are_bitwise_the_same(
    name: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with flags.Context(SMELT_THREADS=threads):
        chained = GRAPHS[name]().numpy()
        monkeypatch.setattr(executable, "_executables", {})
        monkeypatch.setattr(executable, "WORTH_NBYTES", 1 << 40)
        x = GRAPHS[name]()
        assert all(step.members == 1 for step in steps_of(x))
        np.testing.assert_array_equal(chained, x.numpy())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_replays_give_the_same_again(threads: int) -> None:
    q, k, v = (data(8, 256, 16, seed=i) for i in range(3))
    step = smelt.jit(lambda q, k, v: (q @ k.mT).softmax(-1) @ v)
    expected = step(q, k, v).numpy()
    with flags.Context(SMELT_THREADS=threads):
        for _ in range(50):
            np.testing.assert_array_equal(step(q, k, v).numpy(), expected)


def test_what_is_handed_on_takes_the_room_of_a_piece() -> None:
    queries, heads = 256, 8
    x = by_hand(queries, heads)
    with smelt.profile() as runs:
        x.realize()
    program = runs[-1].program
    room = [s for s in program.slots if s.kind is SlotKind.CHAIN]
    assert sum(s.size for s in room) >= 2 * heads * queries * queries  # scores and weights
    assert all(s.pieces % heads == 0 for s in room)
    assert program.chain_nbytes <= sum(s.nbytes // s.pieces + 64 for s in room)
    assert program.arena_nbytes < heads * queries * queries


def test_a_value_that_is_wanted_is_whole() -> None:
    q, k = data(8, 256, 16), data(8, 256, 16, seed=1)
    weights = (q @ k.mT).softmax(-1)
    result = weights @ data(8, 256, 16, seed=2)
    Tensor.realize(weights, result)
    scores = q.numpy() @ k.numpy().transpose(0, 2, 1)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    expected = powers / powers.sum(-1, keepdims=True)
    np.testing.assert_allclose(weights.numpy(), expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        result.numpy(), expected @ data(8, 256, 16, seed=2).numpy(), rtol=1e-3, atol=1e-4
    )


def test_each_member_has_its_time() -> None:
    x = by_hand(heads=8)
    with smelt.profile() as runs:
        x.realize()
    (run,) = runs[-1:]
    first = next(i for i, step in enumerate(run.program.steps) if step.members > 1)
    members = run.seconds[first : first + run.program.steps[first].members]
    assert all(s > 0 for s in members)
    assert len(run.seconds) == len(run.program.steps)


def test_an_index_outside_is_found_within_a_chain() -> None:
    table, places = data(40, 64), Tensor(np.full((16, 64), 41, np.int32)).realize()
    x = data(16, 64, 64)
    y = ((x @ data(64, 64, seed=1)).contiguous() + table[places]).softmax(-1)
    with pytest.raises(OutOfRangeError, match="41"):
        y.realize()


def test_small_values_stay_in_the_cache_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executable, "WORTH_NBYTES", 1 << 20)
    assert all(step.members == 1 for step in steps_of(causal()))


@pytest.mark.parametrize(("columns", "members"), [(64, [2, 1]), (1024, [1, 1])])
def test_weights_that_all_pieces_need_are_not_read_for_each(
    columns: int, members: list[int]
) -> None:
    x, w = data(1024, 64), data(64, columns, seed=1)
    assert [step.members for step in steps_of(x.relu().contiguous() @ w)] == members
