from __future__ import annotations

import pytest

from smelt.util.table import Ceilings, KernelRow, kernel_header, kernel_line, kernel_table, si

SI = [
    (0, "0"),
    (7, "7"),
    (999, "999"),
    (1000, "1 k"),
    (1234, "1.23 k"),
    (12_345, "12.3 k"),
    (123_456, "123 k"),
    (999_499, "999 k"),
    (999_500, "1 M"),
    (5e9, "5 G"),
    (2.5e12, "2.5 T"),
    (3e15, "3 P"),
    (-1500, "-1.5 k"),
    (0.25, "0.25"),
]

ROWS = [
    KernelRow("matmul_relu", 2_000_000, 480_000, 40e-6),
    KernelRow("sum", 1_000, 4_004, 2e-6),
    KernelRow("a_name_so_long_that_it_has_to_be_cut_somewhere", 0, 10**9, 0.1),
]


@pytest.mark.parametrize("number, text", SI)
def test_si(number, text):
    assert si(number) == text


@pytest.mark.parametrize("ceilings", [None, Ceilings(100.0, 20.0)])
def test_columns_are_aligned(ceilings):
    lines = kernel_table(ROWS, ceilings).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines) == len(ROWS) + 3
    assert lines[0].index("bytes") + len("bytes") == lines[1].index("480 kB") + len("480 kB")


def test_the_sum_is_over_all_kernels():
    last = kernel_table(ROWS).splitlines()[-1].split("  ")
    cells = [cell.strip() for cell in last if cell.strip()]
    assert cells == ["3 kernels", "2 M", "1 GB", "100042.0", "0.02", "10.00"]


@pytest.mark.parametrize(
    "row, share",
    [
        (KernelRow("x", 50_000, 1_000, 1e-6), "50% flop"),
        (KernelRow("x", 1_000, 15_000, 1e-6), "75% mem"),
        (KernelRow("x", 0, 0, 1e-6), "0% flop"),
    ],
)
def test_share_names_the_nearest_ceiling(row, share):
    assert row.share(Ceilings(100.0, 20.0)) == share
    assert kernel_line(row, Ceilings(100.0, 20.0)).endswith(share)


def test_what_was_not_measured_is_left_out():
    line = kernel_line(KernelRow("x", 1_000, 4_000, 0.0), Ceilings(100.0, 20.0), 8)
    assert line.split() == ["x", "1", "k", "4", "kB"]
    assert line.index("4 kB") + 4 == kernel_header(None, 8).index("bytes") + 5


def test_no_kernels():
    assert kernel_table([]).splitlines()[-1].startswith("0 kernels")
