"""The small bugs that `tools.mutants` puts into a module, one at a time.

A mutant is one edit of the module's syntax tree: a comparison, an operator, a constant, an
operation or a condition exchanged, or a row taken out of a table. Text for people is left alone:
messages, `__repr__`, annotations, docstrings. So are limits of effort: constants called MAX_.
"""

from __future__ import annotations

import ast
import copy
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
}  # fmt: skip
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
_OPS = {
    "ADD": "SUB", "SUB": "ADD", "MUL": "ADD", "FDIV": "MUL", "IDIV": "MOD", "MOD": "IDIV",
    "MAX": "ADD", "LT": "NE", "NE": "LT", "AND": "OR", "OR": "AND", "XOR": "OR", "SHL": "SHR",
    "SHR": "SHL", "EXP2": "LOG2", "LOG2": "EXP2", "SIN": "SQRT", "SQRT": "SIN",
}  # fmt: skip
_NEVER_RUN = ("annotation", "returns", "decorator_list", "type_params")


@dataclass(frozen=True)
class Mutant:
    """One edit of one file."""

    path: str
    tree: ast.Module  # of the whole file, shared by its mutants: `apply` is for a child process
    node: ast.AST  # whose `field` is changed, at `position` where the field is a list
    field: str
    position: int | None
    new: ast.AST | None  # None: the child is taken out of the list
    scope: str = ""  # the function or class that the edit is in
    key: str = ""  # equal as long as the edited statement of the module reads the same

    @property
    def old(self) -> ast.AST:
        value = getattr(self.node, self.field)
        old: ast.AST = value if self.position is None else value[self.position]
        return old

    @property
    def line(self) -> int:
        return getattr(self.old, "lineno", 0)

    @property
    def edit(self) -> str:
        after = "(row removed)" if self.new is None else _short(self.new)
        return f"{_short(self.old)}  ->  {after}"

    def apply(self) -> ast.Module:
        """The tree, edited in place."""
        if self.position is None:
            setattr(self.node, self.field, self.new)
        elif self.new is not None:
            getattr(self.node, self.field)[self.position] = self.new
        else:
            del getattr(self.node, self.field)[self.position]
            if isinstance(self.node, ast.Dict):
                del self.node.values[self.position]
        return ast.fix_missing_locations(self.tree)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.edit}"


def mutants(path: str) -> Iterator[Mutant]:
    """Every mutant of the module at `path`."""
    tree = ast.parse(Path(path).read_text())
    for position, statement in enumerate(tree.body):
        if _skipped(statement):
            continue
        text = ast.unparse(statement)
        for number, (scope, parent, field, at, new) in enumerate(_edits_of(tree, position)):
            digest = hashlib.sha256(f"{path}\n{text}\n{number}".encode()).hexdigest()[:16]
            yield Mutant(path, tree, parent, field, at, new, scope, digest)


# the scope, the parent, its field, the position in the field's list, and what (comes) there
_Edit = tuple[str, ast.AST, str, int | None, ast.AST | None]
_Child = tuple[str, ast.AST, str, int | None, ast.AST]


def _edits_of(tree: ast.Module, position: int) -> Iterator[_Edit]:
    """What can be done to one statement of the module."""
    statement = tree.body[position]
    found: list[_Child] = [("", tree, "body", position, statement), *_children(statement, "")]
    for scope, parent, field, at, child in found:
        for new in _replacements(child):
            yield scope, parent, field, at, new
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        table = statement.value
        field = "keys" if isinstance(table, ast.Dict) else "elts"
        rows = getattr(table, field, [])
        for at in range(len(rows) if len(rows) >= 3 else 0):
            assert table is not None
            yield "", table, field, at, None


def _children(node: ast.AST, scope: str) -> Iterator[_Child]:
    """The nodes below `node` that may be mutated, each where it stands."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        scope = f"{scope}.{node.name}".lstrip(".")
    for field, value in ast.iter_fields(node):
        if field in _NEVER_RUN:
            continue
        for at, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(item, ast.AST) and not _skipped(item):
                yield scope, node, field, at, item
                yield from _children(item, scope)


def _skipped(node: ast.AST) -> bool:
    """What cannot make a wrong result: messages, assertions, text for people, limits of effort."""
    if isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if isinstance(node, ast.FunctionDef) and node.name in ("__repr__", "__str__"):
        return True
    if isinstance(node, ast.keyword) and node.arg == "strict":  # of zip: an assertion
        return True
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("MAX_"):
        return True  # where an effort ends
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    """What `node` could be replaced by."""
    if isinstance(node, ast.Compare | ast.BinOp | ast.BoolOp):
        operator = node.ops[0] if isinstance(node, ast.Compare) else node.op
        if type(operator) in _SWAPS:
            other = copy.copy(node)
            swapped = _SWAPS[type(operator)]()
            if isinstance(other, ast.Compare):
                other.ops = [swapped, *other.ops[1:]]  # type: ignore[list-item]
            else:
                other.op = swapped  # type: ignore[assignment]
            yield other
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        value = node.value
        yield ast.Constant(not value if isinstance(value, bool) else value + 1)
    elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Op" and node.attr in _OPS:
        yield ast.Attribute(node.value, _OPS[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in _NAMES and isinstance(node.ctx, ast.Load):
        yield ast.Name(_NAMES[node.id], node.ctx)
    elif isinstance(node, ast.IfExp | ast.If):
        choice = copy.copy(node)
        choice.test = ast.UnaryOp(ast.Not(), node.test)
        yield choice


def _short(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:67] + "..."
