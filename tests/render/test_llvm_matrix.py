"""Which matrix instructions the code for a processor has, and the shuffles of its copies."""

from __future__ import annotations

import numpy as np
import pytest

from smelt.dtype import DType, dtypes
from smelt.engine.compile import transformed
from smelt.render import compile as compile_module
from smelt.render.compile import assembly, cpu_target
from smelt.render.llvm import render
from smelt.render.llvm_shuffle import Shuffle, shuffle_of
from tests.kernel.test_matrix import kernel_of, product

BRAIN, BYTES = "bfloat16 bfloat16", "uint8 int8"
INSTRUCTIONS = [
    ("sapphirerapids", BRAIN, "tdpbf16ps"),
    ("sapphirerapids", BYTES, "tdpbusd"),
    ("graniterapids", "int8 uint8", "tdpbsud"),
    ("emeraldrapids", "int8 int8", "tdpbssd"),
    ("sapphirerapids", "uint8 uint8", "tdpbuud"),
    ("sapphirerapids", "float16 float16", "vfmadd"),
    ("znver4", BRAIN, "vdpbf16ps"),
    ("cooperlake", BRAIN, "vdpbf16ps"),
    ("znver4", BYTES, "vpdpbusd"),
    ("cascadelake", "int8 uint8", "vpdpbusd"),
    ("x86-64-v4", BRAIN, "vfmadd"),
]


@pytest.mark.parametrize("cpu, kinds, instruction", INSTRUCTIONS)
def test_instruction_of_a_processor(cpu: str, kinds: str, instruction: str) -> None:
    target = cpu_target(cpu)
    changed, _ = transformed(kernel_of(product(128, 128, 128, kinds)), target)
    text = assembly(render(changed, target), target)
    assert instruction in text
    tiles = [line for line in ("ldtilecfg", "tilerelease", "tilestored") if line in text]
    assert bool(tiles) == instruction.startswith("tdp") and len(tiles) in (0, 3)


@pytest.mark.parametrize("cpu", ["x86-64-v4", "x86-64-v3", "skylake-avx512"])
def test_processors_without_them(cpu: str) -> None:
    target = cpu_target(cpu)
    for kinds in (BRAIN, BYTES):
        changed, _ = transformed(kernel_of(product(128, 128, 128, kinds)), target)
        text = render(changed, target).text
        assert "tdp" not in text and "dpb" not in text


def test_no_tiles_where_a_process_may_not_use_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_module, "tiles_permitted", lambda: False)
    dots = compile_module._machine.__wrapped__().dots
    assert not [d for d in dots if d.startswith("amx")]


SIXTEEN = np.arange(16)
BOTH = SIXTEEN[:, None] * 16 + SIXTEEN
SHUFFLES: list[tuple[str, DType, object, Shuffle | None]] = [
    ("in order", dtypes.float32, [SIXTEEN], Shuffle(((0,),), False, (0,))),
    ("pairs", dtypes.bfloat16, [2 * SIXTEEN, 2 * SIXTEEN + 1], Shuffle(((0, 1),), False, (0,))),
    ("later ones first", dtypes.bfloat16, [2 * SIXTEEN + 1, 2 * SIXTEEN],
     Shuffle(((1, 0),), False, (0,))),
    ("fours", dtypes.int8, [4 * SIXTEEN + i for i in range(4)],
     Shuffle(((0, 1, 2, 3),), False, (0,))),
    ("rows", dtypes.float32, BOTH, Shuffle(tuple((i,) for i in range(16)), False,
                                           tuple(range(0, 256, 16)))),
    ("columns", dtypes.float32, BOTH.T, Shuffle(tuple((i,) for i in range(16)), True,
                                                tuple(range(0, 256, 16)))),
    ("a gap", dtypes.float32, [[0, 1, 2, 4]], None),
    ("twice", dtypes.float32, [[0, 1, 1, 2]], None),
    ("backwards", dtypes.float32, [SIXTEEN[::-1]], None),
    ("threes", dtypes.int8, [3 * SIXTEEN + i for i in range(3)], None),
    ("of 8 bytes", dtypes.float64, [SIXTEEN], None),
]  # fmt: skip


@pytest.mark.parametrize(
    "dtype, places, expected", [pytest.param(*r[1:], id=r[0]) for r in SHUFFLES]
)
def test_shuffles(dtype: DType, places: object, expected: Shuffle | None) -> None:
    assert shuffle_of(np.array(places), dtype) == expected
