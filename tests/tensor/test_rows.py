"""The tables against PyTorch are as large as they have to be."""

from __future__ import annotations

from tests.tensor import (
    test_against_torch,
    test_algebra_against_torch,
    test_elementwise_against_torch,
    test_fourier_against_torch,
    test_movement_against_torch,
    test_networks_against_torch,
    test_reductions_against_torch,
    test_shapes_against_torch,
    test_windows_against_torch,
)


def test_number_of_rows() -> None:
    tables = (
        test_against_torch,
        test_shapes_against_torch,
        test_movement_against_torch,
        test_reductions_against_torch,
        test_networks_against_torch,
        test_windows_against_torch,
        test_elementwise_against_torch,
        test_algebra_against_torch,
        test_fourier_against_torch,
    )
    rows = [row for table in tables for row in table.ROWS]
    assert len(rows) >= 600
    shapes = [case for row in rows for case in row.cases]
    assert sum(any(0 in shape for shape in case) for case in shapes) >= 150
    assert sum(any(1 in shape for shape in case) for case in shapes) >= 200
