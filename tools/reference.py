"""The API reference of the site that `make docs` builds: a hook of mkdocs, an extension of griffe.

What stands in the reference is what the imported package has: a page for each kind of method that
Tensor is made of, a page for each public module. A name that its file defines gets its signature
and docstring, which mkdocstrings reads from the file; second names and what tables make get a line.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from smelt import Tensor

MODULES = (
    "smelt",
    "smelt.nn",
    "smelt.nn.optim",
    "smelt.nn.optim.lr_scheduler",
    "smelt.nn.state",
    "smelt.nn.data",
    "smelt.nn.datasets",
    "smelt.nn.utils",
    "smelt.nn.init",
    "smelt.helpers",
    "smelt.array_api",
    "smelt.array_api.linalg",
    "smelt.dtype",
    "smelt.util.errors",
)
ALL_METHODS = "api/tensor/index.md"
ELSEWHERE = {"smelt.Tensor", "smelt.dtypes"}  # on pages of their own
DOCTEST = re.compile(r"^>>> .*?(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
MEANING = re.compile(r"[\[\]*_|\\]")
LITERAL = re.compile(r"(```.*?```|`[^`]*`|^    .*?$)", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Append the pages to the last part of the navigation."""
    nav: list[Any] = config.nav or []
    (reference,) = nav[-1].values()
    reference.append({"Tensor": [ALL_METHODS, *map(_path, kinds())]})
    reference.append({"Modules": [_path(importlib.import_module(name)) for name in MODULES]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, whose text is made here."""
    owners: list[type | ModuleType] = [*kinds(), *map(importlib.import_module, MODULES)]
    pages = {_path(owner): page(owner) for owner in owners} | {ALL_METHODS: all_methods()}
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def kinds() -> list[type]:
    """The classes that Tensor is made of, and that have public methods, the simplest first."""
    return [kind for kind in reversed(Tensor.__mro__) if kind is not object and names_of(kind)]


def names_of(owner: type | ModuleType) -> dict[str, Any]:
    """What a class or module offers under which name, in the order of its making."""
    if isinstance(owner, type):
        return {name: value for name, value in vars(owner).items() if not name.startswith("_")}
    listed: Iterable[str] = getattr(owner, "__all__", None) or vars(owner)
    public = (name for name in listed if not name.startswith("_") and not name.isupper())
    found = {name: getattr(owner, name) for name in public}
    found = {name: value for name, value in found.items() if _belongs(owner, value)}
    return {n: v for n, v in found.items() if f"{owner.__name__}.{n}" not in ELSEWHERE}


def _belongs(owner: ModuleType, value: Any) -> bool:
    if isinstance(value, ModuleType):
        return False
    home = getattr(value, "__module__", owner.__name__)
    return home == owner.__name__ or (_is_package(owner) and home.startswith("smelt"))


def _is_package(module: ModuleType) -> bool:
    return hasattr(module, "__path__")


def page(owner: type | ModuleType) -> str:
    """The Markdown of one page."""
    where = _where(owner)
    parts = [f"# {owner.__name__}", _prose(inspect.getdoc(inspect.getmodule(owner)) or "")]
    if isinstance(owner, type):
        parts.append(_prose(inspect.getdoc(owner) or ""))
    names = names_of(owner)
    defined = {name: value for name, value in names.items() if _is_defined(owner, name, value)}
    parts += [_directive(where, name, value) for name, value in defined.items()]
    others = [_line(where, name, names[name], defined) for name in names if name not in defined]
    if others:
        parts.append("## Other names")
        parts.append("\n".join(["| name | what it is |", "|---|---|", *others]))
    return "\n\n".join(parts) + "\n"


def all_methods() -> str:
    """The Markdown of the page that lists the methods of Tensor from A to Z."""
    homes = {name: kind for kind in kinds() for name in names_of(kind)}
    links = {
        name: f"[{name}][{_where(kind)}.{name}]"
        if _is_defined(kind, name, vars(kind)[name])
        else f"[{name}]({Path(_path(kind)).name}#other-names)"
        for name, kind in homes.items()
    }
    by_letter = groupby(sorted(links, key=str.lower), lambda name: name[0].upper())
    lines = [f"**{letter}** {' · '.join(links[n] for n in names)}" for letter, names in by_letter]
    return "\n\n".join([f"# All {len(links)} methods", *lines]) + "\n"


def _directive(where: str, name: str, value: Any) -> str:
    if not _is_one_of_a_kind(value):
        return f"::: {where}.{name}"
    shown = ("merge_init_into_class: false", f"heading: {name}", f"toc_label: {name}")
    options = "".join(f"\n      {option}" for option in shown)
    return f"::: {_where(type(value))}\n    options:{options}"


def _is_one_of_a_kind(value: Any) -> bool:
    """Whether it is the object of a private class, such as `Device`."""
    kind = type(value)
    return kind.__module__.startswith("smelt") and kind.__name__.startswith("_")


def _where(owner: type | ModuleType) -> str:
    return f"{owner.__module__}.{owner.__name__}" if isinstance(owner, type) else owner.__name__


def _path(owner: type | ModuleType) -> str:
    folder, name = (
        ("tensor/", owner.__name__.lower()) if isinstance(owner, type) else ("", owner.__name__)
    )
    return f"api/{folder}{name}.md"


def _is_defined(owner: type | ModuleType, name: str, value: Any) -> bool:
    """Whether a statement `def` or `class` of that name makes the value."""
    if isinstance(owner, type):
        return name in _definitions(inspect.getsourcefile(owner) or "", owner.__name__)
    if _is_one_of_a_kind(value):
        return True
    module = inspect.getmodule(value)
    return module is not None and name in _definitions(module.__file__ or "", "")


@functools.cache
def _definitions(file: str, within: str) -> frozenset[str]:
    with open(file, encoding="utf-8") as source:
        body = ast.parse(source.read()).body
    if within:
        body = next(n for n in body if isinstance(n, ast.ClassDef) and n.name == within).body
    kinds = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in body if isinstance(node, kinds))


def _line(where: str, name: str, value: Any, defined: Mapping[str, Any]) -> str:
    same = next((n for n, v in defined.items() if v is value), None)
    if same is not None:
        return f"| `{name}` | [{same}][{where}.{same}] |"
    if callable(value) or isinstance(value, classmethod | staticmethod):
        text = (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")
        return f"| `{name}` | {_prose(text)} |"
    return f"| `{name}` | `{value!r}` |"


class Docstrings(griffe.Extension):
    """Our docstrings as Markdown."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = _prose(inspect.cleandoc(obj.docstring.value))


def _prose(text: str) -> str:
    """The text with its examples as code, and with no meaning of Markdown's in its formulas."""
    text = DOCTEST.sub(lambda found: f"```pycon\n{found[0]}\n```", text)
    pieces = LITERAL.split(text)
    pieces[::2] = [MEANING.sub(r"\\\g<0>", p).replace("<", "&lt;") for p in pieces[::2]]
    return "".join(pieces)
