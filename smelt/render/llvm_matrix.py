"""Matrix instructions in LLVM IR: AMX's tiles, and dot products of vectors.

Their loops are RANGEs of kind MATRIX. How an instruction reads its factors and adds to the result
follows from by how many elements each of these loops moves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from smelt.dtype import DType, dtypes
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.ir.terms import added_products
from smelt.render.llvm_loops import Loop
from smelt.render.llvm_shuffle import Shuffles
from smelt.util.errors import VerifyError

Pair = tuple[Node, Node]  # LOADs of what is multiplied
TILE_ROWS, LINE = 16, 64  # of a tile: rows, and bytes of each
TILES = 8
# palette 1, and of each tile its bytes in a row (two bytes each) and its rows, as LDTILECFG has it
_SIZES = [*[LINE, 0] * TILES, *[0] * 16, *[TILE_ROWS] * TILES, *[0] * 8]
_CONFIGURATION = bytes([1, *[0] * 15, *_SIZES])
TILE_CONSTANT = (
    f"@tiles = private unnamed_addr constant [{LINE} x i8] "
    f"[{', '.join(f'i8 {b}' for b in _CONFIGURATION)}], align {LINE}"
)
_SIGN = {"int8": "s", "uint8": "u"}


# Dot products of vectors: the types of a sum and of its operands.
_VECTOR = {
    "bfloat16": ("llvm.x86.avx512bf16.dpbf16ps.512", "<16 x float>", "<32 x bfloat>"),
    "uint8": ("llvm.x86.avx512.vpdpbusd.512", "<16 x i32>", "<64 x i8>"),
    "int8": ("llvm.x86.avx512.vpdpbusd.512", "<16 x i32>", "<64 x i8>"),
    "float32": ("llvm.fma.v16f32", "<16 x float>", "<16 x float>"),
}


class Matrices(Shuffles, ABC):
    """A kernel's sums of products by matrix instructions."""

    uses_tiles = False

    @abstractmethod
    def range_loop(self, r: Node, carried: list[tuple[str, str]]) -> Loop:
        """Start the loop of a range, with (type, initial value) of what it hands on."""

    def matrix(self, node: Node) -> None:
        """The STORE of a sum over MATRIX ranges, added to memory or not."""
        total = node.src[2]
        if total.op is not Op.REDUCE or not added_products(total.src[0]):
            raise VerifyError("render", repr(total), "a sum of products")
        pairs = [_factors(product) for product in added_products(total.src[0])]
        needed = [*self.facts.index(node).nodes, *(f.src[0] for pair in pairs for f in pair)]
        base = node.src[0]
        self.emit([*needed, base] if base.op is Op.BARRIER else needed)
        if len(self._strides(node)) > 1:  # rows and columns
            self.uses_tiles = True
            self._tiles(node, pairs)
        elif len(pairs) == 1:
            self._vectors(node, *pairs[0])
        else:
            raise VerifyError(
                "render", f"{len(pairs)} products", "one, for dot products of vectors"
            )

    def _strides(self, node: Node) -> dict[Node, int]:
        """By how many elements each MATRIX range moves a LOAD or STORE."""
        terms = self.facts.index(node).terms
        return {t: f for t, f in terms.items() if self.facts.free[t] & self.facts.matrix_mask}

    # ---- tiles -----------------------------------------------------------------------------------

    def _tiles(self, node: Node, pairs: Sequence[Pair]) -> None:
        """A tile for each copy of the result, in which a loop over the steps sums up."""
        total, block = node.src[2], self.scopes[-1]
        mask = self.facts.free[node]
        results = self.places(node)
        stride = self._line(node, self._column(pairs[0][1]))
        for tile, pointer in enumerate(results):
            if node.arg == "set":
                block.do(f"call void @llvm.x86.tilezero(i8 {tile})")
            else:
                block.do(_tile_load(tile, pointer, stride))
        loops = [self.range_loop(r, []) for r in self._loops(total.src[1:])]
        self._products(mask, pairs)
        for loop in reversed(loops):
            self.close_loop(loop, [])
        for tile, pointer in enumerate(results):
            block = self.scopes[-1]
            block.do(f"call void @llvm.x86.tilestored64(i8 {tile}, ptr {pointer}, i64 {stride})")

    def _products(self, mask: int, pairs: Sequence[Pair]) -> None:
        """One step for all copies: the factor with fewer copies stays in its tiles.

        Each tile is loaded right before its first use, which hides most of the time that takes.
        """
        factors = list(dict.fromkeys(f for pair in pairs for f in pair))
        self.emit(n for f in factors for n in self.facts.index(f).nodes)
        block = self.scopes[-1]
        pointers = {f: self.places(f) for f in factors}
        where = [self.facts.projection(mask, self.facts.free[f]) for f in pairs[0]]
        copies, sizes = len(where[0]), [len(pointers[f]) for f in pairs[0]]
        few = 0 if sizes[0] <= sizes[1] else 1
        rest = range(copies + sizes[few], TILES)
        if not rest:
            raise VerifyError("render", f"{copies} tiles of a result", "fewer")
        tiles = [
            [copies + i if side == few else rest[i % len(rest)] for i in range(sizes[side])]
            for side in (0, 1)
        ]
        held: dict[int, str] = {}
        for pair in pairs:
            name = _tile_instruction(pair[0].dtype, pair[1].dtype)
            for copy in sorted(range(copies), key=where[1 - few].__getitem__):
                used = []
                for side, factor in enumerate(pair):
                    part = where[side][copy]
                    tile, pointer = tiles[side][part], pointers[factor][part]
                    used.append(f"i8 {tile}")
                    if held.get(tile) != pointer:
                        held[tile] = pointer
                        block.do(_tile_load(tile, pointer, LINE))
                block.do(f"call void @llvm.x86.{name}(i8 {copy}, {', '.join(used)})")

    def _column(self, right: Node) -> Node:
        """The MATRIX range over columns: the one that moves a factor by a unit."""
        unit = 4 // right.dtype.itemsize
        return next(t for t, f in self._strides(right).items() if f == unit)

    def _line(self, node: Node, column: Node) -> int:
        """The bytes from one row of the result to the next."""
        strides = self._strides(node)
        (row,) = (f for t, f in strides.items() if t is not column)
        if strides.get(column) != 1:
            raise VerifyError("render", f"columns {strides} apart", "side by side")
        return row * node.dtype.itemsize

    # ---- vectors ---------------------------------------------------------------------------------

    def _vectors(self, node: Node, left: Node, right: Node) -> None:
        """A register for each copy of the result: a unit of a row times those of 16 columns."""
        total, block = node.src[2], self.scopes[-1]
        _, type_, _ = _VECTOR[left.dtype.name]
        results = self.places(node)
        names = ["zeroinitializer"] * len(results)
        if node.arg == "add":
            names = [block.value(f"load {type_}, ptr {p}, align {LINE}") for p in results]
        loops: list[Loop] = []
        for r in self._loops(total.src[1:]):
            loops.append(self.range_loop(r, [(type_, name) for name in names]))
            names = loops[-1].carried
        names = self._added_products(self.facts.free[node], left, right, names)
        for loop in reversed(loops):
            names = self.close_loop(loop, names)
        for name, pointer in zip(names, results, strict=True):
            self.scopes[-1].do(f"store {type_} {name}, ptr {pointer}, align {LINE}")

    def _added_products(
        self, mask: int, left: Node, right: Node, names: Sequence[str]
    ) -> list[str]:
        """What one step makes of the sums `names`."""
        self.emit(n for f in (left, right) for n in self.facts.index(f).nodes)
        block = self.scopes[-1]
        call, type_, operand = _VECTOR[left.dtype.name]
        columns = [
            block.value(f"load {operand}, ptr {p}, align {LINE}") for p in self.places(right)
        ]
        units = [block.value(f"load i32, ptr {p}, align 4") for p in self.places(left)]
        rows = [
            block.value(f"bitcast <16 x i32> {block.splat('i32', unit, 16)} to {operand}")
            for unit in units
        ]
        where = [self.facts.projection(mask, self.facts.free[f]) for f in (left, right)]
        result = []
        for row, column, name in zip(*where, names, strict=True):
            a, b = rows[row], columns[column]
            if left.dtype is dtypes.int8:  # the instruction takes what has no sign first
                a, b = b, a
            pair = f"{operand} {a}, {operand} {b}"
            both = f"{pair}, {type_} {name}" if type_ == operand else f"{type_} {name}, {pair}"
            result.append(block.value(f"call {type_} @{call}({both})"))
        return result


def _factors(product: Node) -> Pair:
    """What is multiplied: the elements as they were before they were converted, if they are."""
    left, right = (s.src[0] if s.op is Op.CAST else s for s in product.src)
    return left, right


def _tile_instruction(rows: DType, columns: DType) -> str:
    """AMX's product of these dtypes."""
    if rows is dtypes.bfloat16:
        return "tdpbf16ps"
    return f"tdpb{_SIGN[rows.name]}{_SIGN[columns.name]}d"


def _tile_load(tile: int, pointer: str, stride: int) -> str:
    return f"call void @llvm.x86.tileloadd64(i8 {tile}, ptr {pointer}, i64 {stride})"
