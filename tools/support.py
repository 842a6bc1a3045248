"""`python -m tools.support` writes docs/devices.md: what each device computes, as found by trying.

Each operation of a table is computed for each dtype on each device, and compared with what the
interpreter of graphs says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np

from smelt import Context, Tensor, jit
from smelt.dtype import DType, all_dtypes
from smelt.engine.device import DEVICES, support
from smelt.tensor.base import Array
from smelt.util.errors import DTypeError

PAGE = Path(__file__).parent.parent / "docs" / "devices.md"
TOLERANCE = {1: 0.15, 2: 2e-2, 4: 2e-5, 8: 1e-12}  # of floats, by their bytes
MARKS = {"native": "✓", "emulated": "e", "missing": "✗"}
UNDEFINED = "–"


@jit
def _captured(x: Tensor) -> Tensor:
    return x * x + 1


def _gradient(x: Tensor) -> Tensor:
    x = x.detach()
    x.requires_grad = True
    return (x * x).sum().gradient(x)[0]


# What is tried on x, (3, 4), whose elements are from 1 to 4.
OPERATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "`x + x`, `x * x`": lambda x: (x + x) * x,
    "`x - 1`, `-x`": lambda x: -(x - 1),
    "`x / 3`": lambda x: x / 3,
    "`x // 2`, `x % 3`": lambda x: x // 2 + x % 3,
    "`x < 2`, `where`": lambda x: (x < 2).where(x, x * x),
    "`x & 3`, `x ^ x`": lambda x: (x & 3) ^ x,
    "`x << 2`, `x >> 1`": lambda x: (x << 2) + (x >> 1),
    "`sqrt`, `exp2`, `log`, `sin`": lambda x: x.sqrt() + x.exp2() * x.log().sin(),
    "`sum`, `mean`": lambda x: x.sum(0) + x.mean(),
    "`max`, `argmax`": lambda x: (x.argmax(0) < 1).where(x, x.max(0)),
    "`cumsum`": lambda x: x.cumsum(1),
    "`sort`": lambda x: x.sort(1)[0],
    "`softmax`": lambda x: x.softmax(),
    "`x @ y`": lambda x: x @ x.T,
    "`conv2d`": lambda x: x.reshape(1, 1, 3, 4).conv2d(x[:2, :2].reshape(1, 1, 2, 2)),
    "`x[indices]`": lambda x: x[Tensor([2, 0], device=x.device)],
    "`scatter_add`": lambda x: x.scatter_add(0, x.argmax(0, keepdim=True), x),
    "`cast`": lambda x: x.cast("float32").cast(x.dtype).cast("int32"),
    "gradients": _gradient,
    "captured steps": _captured,
}

HEAD = """\
# Devices

`Tensor(data, device="CL")` and `x.to("CL")` choose a device, `DEV=CL` the default one, and
`smelt doctor` says which are there. Below is what `python -m tools.support` found: it computes each
operation for each dtype on each device, and compares the result with the interpreter of graphs.

| mark | meaning |
|---|---|
| ✓ | computed, and right |
| e | the same, emulated: bits in memory, computed in float32, rounded after each operation |
| ✗ | DTypeError, as the device has no such numbers |
| – | DTypeError on every device, as the operation is not defined for the dtype |

What CL has depends on its driver. Here it is the one that runs on processors, `intel-opencl-rt`; on
a device without float64 that column would be ✗.
"""


def page() -> str:
    """The whole document. Raises DeviceError or MissingDependencyError where a device is not."""
    return "\n".join([HEAD, *(section(device) for device in DEVICES)])


def marks_on(text: str, device: str) -> dict[str, list[str]]:
    """The marks that `text`, a document, has for a device, by the name of the dtype."""
    lines = text.partition(f"## {device}:")[2].partition("\n## ")[0].strip().splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    header, _, *rows = cells
    return {
        name: [row[column] for row in rows]
        for column, names in enumerate(header)
        for name in filter(None, names.split("<br>"))
    }


def section(device: str) -> str:
    """What a device does: operations down, dtypes across, those that are alike in one column."""
    marks = marks_of(device, list(all_dtypes()))
    groups = [list(group) for _, group in groupby(marks, marks.__getitem__)]
    lines = [
        f"## {device}: {DEVICES[device].summary}\n",
        f"| | {' | '.join('<br>'.join(d.name for d in group) for group in groups)} |",
        "|---|" + ":-:|" * len(groups),
    ]
    for row, operation in enumerate(OPERATIONS):
        lines.append(f"| {operation} | {' | '.join(marks[group[0]][row] for group in groups)} |")
    return "\n".join(lines) + "\n"


def marks_of(device: str, dtypes: Sequence[DType]) -> dict[DType, list[str]]:
    """A mark for each operation, by dtype. Raises ValueError if a result is wrong."""
    how = {dtype: support(device)[dtype.name] for dtype in dtypes}
    made = {
        dtype: [_made(f, dtype, device) for f in OPERATIONS.values()]
        for dtype in dtypes
        if how[dtype] != "missing"
    }
    _realize([x for column in made.values() for x in column if x is not None])
    for dtype, column in made.items():
        for name, x, expected in zip(OPERATIONS, column, _expected(dtype), strict=True):
            got = None if x is None else x.numpy()
            if not _agree(got, expected):
                problem = f"got {got}, expected {expected}"
                raise ValueError(f"{name} of {dtype.name} on {device}: {problem}")
    return {d: [UNDEFINED if x is None else MARKS[how[d]] for x in _expected(d)] for d in dtypes}


def _realize(tensors: Sequence[Tensor]) -> None:
    """All of it in one program, which is compiled in one go."""
    tensors[0].realize(*tensors[1:])


@cache
def _expected(dtype: DType) -> list[Array | None]:
    """What the interpreter of graphs says."""
    with Context(ORACLE=1):
        made = [_made(operation, dtype, "CPU") for operation in OPERATIONS.values()]
        return [None if x is None else x.numpy() for x in made]


def _made(operation: Callable[[Tensor], Tensor], dtype: DType, device: str) -> Tensor | None:
    """The tensor that an operation makes; None if it is not defined for the dtype."""
    x = Tensor([[1, 3, 2, 4], [2, 1, 4, 3], [4, 2, 3, 1]], device=device).cast(dtype)
    try:
        return operation(x.realize())
    except DTypeError:
        return None


def _agree(got: Array | None, expected: Array | None) -> bool:
    if got is None or expected is None:
        return got is expected
    if got.dtype != expected.dtype or got.shape != expected.shape:
        return False
    tolerance = 0.0 if got.dtype.kind in "biu" else TOLERANCE[got.dtype.itemsize]
    pair = (got.astype(np.float64), expected.astype(np.float64))
    return np.allclose(*pair, rtol=tolerance, atol=tolerance, equal_nan=True)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
