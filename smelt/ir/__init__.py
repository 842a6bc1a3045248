"""The graph: operations, nodes, rewriting, and the interpreter that defines what they mean."""

from smelt.ir.node import BufferRef, Dim, Node, Shape
from smelt.ir.op import OPS, AxisKind, Kind, Op

__all__ = ["OPS", "AxisKind", "BufferRef", "Dim", "Kind", "Node", "Op", "Shape"]
