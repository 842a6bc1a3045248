"""Random graphs on each device against the interpreter of graphs.

`HYPOTHESIS_PROFILE=explore` looks for new ones; what it finds becomes a row of test_found.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt import Context
from tests.fuzz import cases
from tests.fuzz.cases import FLOATS, INTEGERS, some
from tests.fuzz.checking import check
from tests.fuzz.graphs import Graph


def grown(data: Any, device: str, steps: int, **options: Any) -> Graph:
    return cases.grown(lambda a, b: int(data.draw(st.integers(a, b))), steps, device, **options)


@pytest.mark.parametrize(
    "options",
    [{}, {"dtypes": INTEGERS}, {"dtypes": FLOATS}, {"most_elements": 40_000}],
    ids=["all dtypes", "integers", "floats", "large"],
)
@given(data=st.data())
def test_on_cpu(options: dict[str, Any], data: Any) -> None:
    graph = grown(data, "CPU", 12, **options)
    with Context(VERIFY=1):
        check(graph, [some(graph)])


@given(data=st.data())
def test_in_the_interpreter_of_kernels(data: Any) -> None:
    graph = grown(data, "PYTHON", 10, most_elements=2_000)
    check(graph, [some(graph)])


@given(data=st.data())
def test_realized_in_stages(data: Any) -> None:
    """What was computed already is read from memory, and is right as well."""
    graph = grown(data, "CPU", 6)
    stages = []
    for _ in range(graph.number(1, 3)):
        stages.append(some(graph))
        graph.grow(graph.number(1, 5))
    check(graph, [*stages, some(graph)])


@settings(max_examples=10)
@given(data=st.data())
def test_long_graphs(data: Any) -> None:
    check(graph := grown(data, "CPU", 60), [some(graph)])
