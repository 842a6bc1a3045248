"""Guards: what a captured function read from outside, followed again before each replay."""

from __future__ import annotations

import dataclasses
import gc
import subprocess
import sys
import types
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smelt import Tensor, Variable, jit, nn
from smelt.tensor import bytecode
from smelt.tensor.checks import check_of
from smelt.tensor.jit import Captured

OTHER_PYTHONS = ("3.12", "3.13", "3.14")


def one(value: float = 1.0) -> Tensor:
    return Tensor([float(value)]).realize()


# ---- chains in bytecode -------------------------------------------------------------------------

KEY = "a"

CHAINS: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "attribute": (lambda m: m.a.b, ["m.a.b"]),
    "subscripts": (lambda m: m.a[0]["k"][-1].b, ["m.a[0]['k'][-1].b"]),
    "key in a name": (lambda m, i: m.a[i].b, ["m.a[i].b", "i"]),
    "two chains": (lambda m, n: m.a + n.b, ["m.a", "n.b"]),
    "call": (lambda m: m.f(m.x, 3), ["m.f", "m.x"]),
    "global": (lambda: KEY, ["KEY"]),
    "constant operand": (lambda m: m.a * 2, ["m.a"]),
    "constant after a name": (lambda m: (m, 0), ["m"]),
    "condition": (lambda m: m.a if m.b else m.c, ["m.b", "m.a", "m.c"]),
    "slice": (lambda m: m.a[1:2], ["m.a"]),
    "keyword": (lambda m: max(m.x.y, key=m.f), ["max", "m.x.y", "m.f"]),
}


@pytest.mark.parametrize("name", CHAINS)
def test_chains_of_a_function(name: str) -> None:
    function, expected = CHAINS[name]
    found = [str(r.chain) for reads in bytecode.reads_of(function.__code__).values() for r in reads]
    assert set(expected) <= set(found)
    own = {*function.__code__.co_varnames, *expected}
    assert set(found) <= own


def test_a_read_has_its_line() -> None:
    def function(m: Any) -> Any:
        first = m.a
        return first, m.b

    lines = {
        str(r.chain): r.line for rs in bytecode.reads_of(function.__code__).values() for r in rs
    }
    start = function.__code__.co_firstlineno
    assert (lines["m.a"], lines["m.b"]) == (start + 1, start + 2)


def test_counters_are_no_reads() -> None:
    count = 0
    calls = {"n": 0}

    def function(self: Any) -> None:
        nonlocal count
        count += 1
        self.n += 1
        calls["n"] += 1
        self.m = self.m + 1
        calls["k"] = calls["k"] * 2

    reads = [r for rs in bytecode.reads_of(function.__code__).values() for r in rs]
    counters = {"count", "self.n", "calls['n']", "self.m", "calls['k']"}
    assert {str(r.chain) for r in reads if r.is_counter} == counters
    assert not {str(r.chain) for r in reads if not r.is_counter} & counters

    def no_counters(self: Any) -> None:
        self.n = self.m + 1
        self.a = self.a + self.b

    reads = [r for rs in bytecode.reads_of(no_counters.__code__).values() for r in rs]
    assert {"self.m", "self.a", "self.b"} <= {str(r.chain) for r in reads}
    assert not any(r.is_counter for r in reads)


STANDALONE = """
import sys, types, importlib.util
for name in ("smelt", "smelt.tensor", "smelt.util"):
    sys.modules[name] = types.ModuleType(name)
errors = sys.modules["smelt.util.errors"] = types.ModuleType("smelt.util.errors")
errors.CaptureError = RuntimeError

def load(name):
    file = sys.argv[1] + name + ".py"
    spec = importlib.util.spec_from_file_location("smelt.tensor." + name, file)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

bytecode, watching = load("bytecode"), load("watching")
seen = []

class Layer:
    def __init__(self, scale):
        self.scale = scale

class Model:
    calls = 0
    def __init__(self):
        self.layers = [Layer(2), Layer(3)]
        self.config = {"k": [Layer(5)]}

def make():
    factor = 7
    def step(self, x):
        self.calls += 1
        i = 1
        for layer in self.layers:
            x = x * layer.scale
        return x + self.config["k"][0].scale + self.layers[i].scale + factor + sum(
            l.scale for l in self.layers) + sum([l.scale for l in self.layers])
    return step

def reached(frame, offset):
    for read in bytecode.reads_of(frame.f_code)[offset]:
        if not read.is_counter:
            seen.append((str(read.chain), read.chain.root in frame.f_locals))

step, model = make(), Model()
for _ in range(2):
    seen.clear()
    with watching.watching(bytecode.reads_of, reached):
        assert step(model, 1) == 6 + 5 + 3 + 7 + 5 + 5
chains = [c for c, _ in seen]
assert chains.count("layer.scale") == 2, chains
assert chains.count("l.scale") == 4, chains
for chain in ("self.layers", "self.config['k'][0].scale", "self.layers[i].scale", "factor"):
    assert chain in chains, (chain, chains)
assert "self.calls" not in chains
assert all(there for c, there in seen if c.split(".")[0] in ("self", "l", "layer")), seen
before = len(seen)
step(model, 1)
assert len(seen) == before
print("ok")
"""


@pytest.mark.parametrize(
    "version", [f"{sys.version_info[0]}.{sys.version_info[1]}", *OTHER_PYTHONS]
)
def test_watching_on_every_python(version: str) -> None:
    command = _python(version)
    if command is None:
        pytest.skip(f"no Python {version} here")
    folder = str(Path(bytecode.__file__).parent) + "/"
    done = subprocess.run([command, "-c", STANDALONE, folder], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("ok", "")


def _python(version: str) -> str | None:
    if sys.version.startswith(version + "."):
        return sys.executable
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))
    return str(found[-1]) if found else None


def test_debuggers_and_profilers_are_put_back() -> None:
    def tracer(*_: Any) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        jit(lambda x: x + 1)(one())
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)


# ---- is a value what it was? --------------------------------------------------------------------

Pair = namedtuple("Pair", "a b")
OBJECT = object()
TENSOR = Tensor([1.0])
PIECES = Variable("n", 0, 9)

VALUES: list[tuple[Any, Any, list[Any]]] = [
    # a value, one that counts as the same, others that do not
    (1, 1, [2, 1.0, True, "1", None]),
    (True, True, [1, False]),
    (1.0, 1.0, [1, 1.5, float("nan")]),
    (0.0, 0.0, [-0.0, 0, False]),
    (float("nan"), float("nan"), [0.0]),
    (1 + 2j, 1 + 2j, [1, 2j]),
    ("a", "a", ["b", b"a"]),
    (None, None, [0, False, ""]),
    ([1, 2], [1, 2], [[1, 2.0], [2, 1], [1], (1, 2), [1, 2, 3]]),
    ((1, [OBJECT]), (1, [OBJECT]), [(1, [object()]), (1, [])]),
    ({"a": 1, "b": [2]}, {"a": 1, "b": [2]}, [{"a": 1, "b": [3]}, {"b": [2], "a": 1}, {"a": 1}]),
    ({1, 2}, {2, 1}, [{1}, {1, 2.5}, [1, 2]]),
    (Pair(1, 2), Pair(1, 2), [(1, 2), Pair(1, 3)]),
    (np.arange(3), np.arange(3), [np.arange(4), np.zeros(3), np.arange(3.0), [0, 1, 2]]),
    (np.float32(1), np.float32(1), [np.float64(1), np.float32(2), 1.0]),
    (TENSOR, TENSOR, [Tensor([1.0]), 1.0, None]),
    (OBJECT, OBJECT, [object()]),
    (len, len, [max]),
    (PIECES.bind(2), PIECES.bind(2), [PIECES.bind(3), PIECES, 2]),
    (range(3), None, [range(4)]),
]


@pytest.mark.parametrize("value, same, others", VALUES, ids=lambda v: repr(v)[:20])
def test_check_of_a_value(value: Any, same: Any, others: list[Any]) -> None:
    still = check_of(value)
    assert still(value)
    assert same is None or still(same)
    for other in others:
        assert not still(other), other


def test_a_changed_entry_is_seen() -> None:
    array, nested, entries = np.arange(3), {"a": [1, {"b": 2}]}, {1}
    checks = [check_of(v) for v in (array, nested, entries)]
    array[1] = 7
    nested["a"][1]["b"] = 3  # type: ignore[index]
    entries.add(2)
    assert [c(v) for c, v in zip(checks, (array, nested, entries), strict=True)] == [False] * 3


# ---- captured functions that read from outside --------------------------------------------------

SCALE = 2.0
CONFIG: dict[str, Any] = {"scale": 2.0, "layers": [{"scale": 2.0}], "seen": 0}
WEIGHT = one(2)
ROW = [1.0, 2.0]
MODULE = types.ModuleType("settings")
ACTIVATION: Callable[[Tensor], Tensor] = lambda x: x * 2  # noqa: E731


def set_global(name: str, value: Any) -> None:
    globals()[name] = value


@dataclasses.dataclass(slots=True)
class Slots:
    scale: float


class Config:
    scale = 2.0
    by_class = 2.0

    def __init__(self) -> None:
        self.scale = 2.0
        self.layers = [{"scale": 2.0}, {"scale": 1.0}]
        self.parts = [types.SimpleNamespace(scale=2.0), types.SimpleNamespace(scale=1.0)]
        self.by_name = {"a": types.SimpleNamespace(scale=2.0)}
        self.weight = one(2)
        self.inner = types.SimpleNamespace(deep=types.SimpleNamespace(scale=2.0))
        self.pair = Pair(2.0, 0)
        self.slots = Slots(2.0)
        self.array = np.full(1, 2.0, np.float32)
        self.flags = {"two"}
        self.act: Callable[[Tensor], Tensor] = lambda x: x * 2
        self.choice = "a"
        self.none: float | None = None

    @property
    def prop(self) -> float:
        return self.inner.deep.scale  # type: ignore[no-any-return]

    def method(self, x: Tensor) -> Tensor:
        return x * self.scale

    def __call__(self, x: Tensor) -> Tensor:
        return x * self.scale


def helper(x: Tensor) -> Tensor:
    return x * SCALE


def scaled_by(c: Any, x: Tensor) -> Tensor:
    return x * c.scale


def loop(c: Config, x: Tensor) -> Tensor:
    for part in c.parts:
        x = x * part.scale
    return x


def alias(c: Config, x: Tensor) -> Tensor:
    inner = c.inner
    deep = inner.deep
    return x * deep.scale


def alias_of_a_list(c: Config, x: Tensor) -> Tensor:
    layers = c.parts
    return x * layers[0].scale


def pieces(c: Config, x: Tensor) -> Tensor:
    for i, part in enumerate(reversed(c.parts)):
        x = x * (part.scale if i < 5 else 0)
    return x


def items(c: Config, x: Tensor) -> Tensor:
    for name, part in c.by_name.items():
        x = x * (part.scale if name else 0)
    return x


def at_index(c: Config, x: Tensor) -> Tensor:
    i = 0
    return x * c.parts[i].scale


READS: dict[str, tuple[Callable[[Config, Tensor], Tensor], Callable[[Config], Any]]] = {
    # what is read, which gives 2 before and 3 after the change
    "attribute": (lambda c, x: x * c.scale, lambda c: setattr(c, "scale", 3.0)),
    "class attribute": (lambda c, x: x * c.by_class, lambda c: setattr(c, "by_class", 3.0)),
    "chain": (
        lambda c, x: x * c.inner.deep.scale, lambda c: setattr(c.inner.deep, "scale", 3.0)
    ),
    "middle of a chain": (
        lambda c, x: x * c.inner.deep.scale,
        lambda c: setattr(c.inner, "deep", types.SimpleNamespace(scale=3.0)),
    ),
    "subscripts": (
        lambda c, x: x * c.layers[0]["scale"], lambda c: c.layers[0].update(scale=3.0)
    ),
    "replaced list": (
        lambda c, x: x * c.layers[0]["scale"], lambda c: setattr(c, "layers", [{"scale": 3.0}])
    ),
    "object in a list": (
        lambda c, x: x * c.parts[0].scale, lambda c: setattr(c.parts[0], "scale", 3.0)
    ),
    "index in a name": (at_index, lambda c: setattr(c.parts[0], "scale", 3.0)),
    "key in an attribute": (
        lambda c, x: x * c.by_name[c.choice].scale,
        lambda c: c.by_name.update(a=types.SimpleNamespace(scale=3.0)),
    ),
    "loop": (loop, lambda c: setattr(c.parts[0], "scale", 3.0)),
    "loop over another list": (
        loop, lambda c: c.parts.append(types.SimpleNamespace(scale=1.5))
    ),
    "loop over enumerate": (pieces, lambda c: setattr(c.parts[0], "scale", 3.0)),
    "loop over items": (items, lambda c: setattr(c.by_name["a"], "scale", 3.0)),
    "comprehension": (
        lambda c, x: x * (sum([p.scale for p in c.parts]) - 1),
        lambda c: setattr(c.parts[0], "scale", 3.0),
    ),
    "generator": (
        lambda c, x: x * (sum(p.scale for p in c.parts) - 1),
        lambda c: setattr(c.parts[0], "scale", 3.0),
    ),
    "alias": (alias, lambda c: setattr(c.inner.deep, "scale", 3.0)),
    "alias of a list": (alias_of_a_list, lambda c: setattr(c.parts[0], "scale", 3.0)),
    "named tuple": (lambda c, x: x * c.pair.a, lambda c: setattr(c, "pair", Pair(3.0, 0))),
    "slot": (lambda c, x: x * c.slots.scale, lambda c: setattr(c.slots, "scale", 3.0)),
    "property": (lambda c, x: x * c.prop, lambda c: setattr(c.inner.deep, "scale", 3.0)),
    "method": (lambda c, x: c.method(x), lambda c: setattr(c, "scale", 3.0)),
    "call": (lambda c, x: c(x), lambda c: setattr(c, "scale", 3.0)),
    "callee": (lambda c, x: scaled_by(c, x), lambda c: setattr(c, "scale", 3.0)),
    "callee of a part": (
        lambda c, x: scaled_by(c.inner.deep, x), lambda c: setattr(c.inner.deep, "scale", 3.0)
    ),
    "replaced part for a callee": (
        lambda c, x: scaled_by(c.inner.deep, x),
        lambda c: setattr(c.inner, "deep", types.SimpleNamespace(scale=3.0)),
    ),
    "function in an attribute": (
        lambda c, x: c.act(x), lambda c: setattr(c, "act", lambda x: x * 3)
    ),
    "array": (lambda c, x: x * Tensor(c.array), lambda c: c.array.fill(3.0)),
    "set": (lambda c, x: x * (2 if "two" in c.flags else 3), lambda c: c.flags.clear()),
    "string": (lambda c, x: x * (2 if c.choice == "a" else 3), lambda c: setattr(c, "choice", "b")),
    "none": (lambda c, x: x * (c.none or 2), lambda c: setattr(c, "none", 3.0)),
    "rebound tensor": (lambda c, x: x * c.weight, lambda c: setattr(c, "weight", one(3))),
    "assigned tensor": (lambda c, x: x * c.weight, lambda c: c.weight.assign(one(3))),
    "global": (lambda c, x: x * SCALE, lambda c: set_global("SCALE", 3.0)),
    "global in a callee": (lambda c, x: helper(x), lambda c: set_global("SCALE", 3.0)),
    "global function": (
        lambda c, x: ACTIVATION(x), lambda c: set_global("ACTIVATION", lambda x: x * 3)
    ),
    "global tensor": (lambda c, x: x * WEIGHT, lambda c: set_global("WEIGHT", one(3))),
    "global dict": (lambda c, x: x * CONFIG["scale"], lambda c: CONFIG.update(scale=3.0)),
    "get of a dict": (lambda c, x: x * CONFIG.get("scale"), lambda c: CONFIG.update(scale=3.0)),
    "nested in a dict": (
        lambda c, x: x * CONFIG["layers"][0]["scale"],
        lambda c: CONFIG["layers"][0].update(scale=3.0),
    ),
    "key in a global": (lambda c, x: x * c.by_name[KEY].scale, lambda c: set_global("KEY", "b") or
        c.by_name.update(b=types.SimpleNamespace(scale=3.0))),
    "length": (lambda c, x: x * len(ROW), lambda c: ROW.append(1.0)),
    "sum of a list": (lambda c, x: x * (sum(ROW) - 1), lambda c: ROW.__setitem__(0, 2.0)),
    "module": (lambda c, x: x * MODULE.scale, lambda c: setattr(MODULE, "scale", 3.0)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_globals(monkeypatch: pytest.MonkeyPatch) -> None:
    here = sys.modules[__name__]
    monkeypatch.setattr(here, "SCALE", 2.0)
    monkeypatch.setattr(here, "KEY", "a")
    monkeypatch.setattr(here, "WEIGHT", one(2))
    monkeypatch.setattr(here, "ROW", [1.0, 2.0])
    monkeypatch.setattr(here, "ACTIVATION", ACTIVATION)
    monkeypatch.setattr(here, "CONFIG", {"scale": 2.0, "layers": [{"scale": 2.0}], "seen": 0})
    MODULE.scale = 2.0  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("how", ["argument", "closure"])
def test_a_change_of_what_was_read_is_seen(name: str, how: str) -> None:
    read, change = READS[name]
    config = Config()
    captured: Captured[..., Any]
    if how == "argument":
        captured, arguments = jit(lambda c, x: read(c, x)), (config,)
    else:
        captured, arguments = jit(lambda x: read(config, x)), ()
    x = one()
    assert captured(*arguments, x).item() == 2
    first = next(iter(captured.captures.values()))
    assert captured(*arguments, x).item() == 2
    assert next(iter(captured.captures.values())) is first, "traced again though nothing changed"
    change(config)
    assert captured(*arguments, x).item() == 3
    assert captured(*arguments, x).item() == 3


def test_what_was_not_read_may_change() -> None:
    config = Config()
    step = jit(lambda x: x * CONFIG["scale"] * config.inner.deep.scale)
    assert step(one()).item() == 4
    capture = next(iter(step.captures.values()))
    for i in range(3):
        CONFIG["seen"] = i
        config.choice = str(i)
        config.layers.append({})
        assert step(one()).item() == 4
    assert next(iter(step.captures.values())) is capture


def test_a_variable_of_an_enclosing_function() -> None:
    def make(scale: float) -> tuple[Captured[..., Any], Callable[[float], None]]:
        @jit
        def step(x: Tensor) -> Tensor:
            return (lambda y: y * scale)(x)

        def change(value: float) -> None:
            nonlocal scale
            scale = value

        return step, change

    step, change = make(2.0)
    other, change_other = make(2.0)
    assert (step(one()).item(), other(one()).item()) == (2, 2)
    change(3.0)
    assert (step(one()).item(), other(one()).item()) == (3, 2)
    change_other(4.0)
    assert (step(one()).item(), other(one()).item()) == (3, 4)


def test_layers_of_nn_are_watched() -> None:
    conv = nn.Conv2d(1, 1, 3, padding=1)
    step = jit(lambda x: conv(x).sum((2, 3)))
    x = Tensor.ones(1, 1, 4, 4)
    assert step(x).item() == pytest.approx(conv(x).sum().item(), rel=1e-5)
    conv.padding = 0
    assert step(x).item() == pytest.approx(conv(x).sum().item(), rel=1e-5)
    conv.bias = None
    assert step(x).item() == pytest.approx(conv(x).sum().item(), rel=1e-5)
    norm = nn.LayerNorm(2)
    apply = jit(lambda x: norm(x))
    y = Tensor([[1.0, 2.0]])
    before = apply(y).tolist()
    norm.eps = 10.0
    assert apply(y).tolist() != before
    assert apply(y).tolist() == norm(y).tolist()


def test_a_number_that_the_function_changes_itself_is_never_stale() -> None:
    class Model:
        t = 0

        def step(self, x: Tensor) -> Tensor:
            self.t += 1
            return x * self.t

    model = Model()
    step = jit(model.step)
    assert [step(one()).item() for _ in range(4)] == [1, 2, 3, 4]


def test_a_counter_of_traces_does_not_prevent_replays() -> None:
    count = 0
    calls = {"n": 0}
    log: list[str] = []

    @jit
    def step(x: Tensor) -> Tensor:
        nonlocal count
        count += 1
        calls["n"] += 1
        log.append("traced")
        return x + 1

    for _ in range(3):
        step(one())
    assert (count, calls["n"], log) == (1, 1, ["traced"])


def test_an_import_inside_is_not_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "state = 0\nclass Count:\n    n = 0\nc = Count()\nfor i in range(3):\n    c.n = c.n + i\n"
    )
    (tmp_path / "h_imported_inside.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    traces = []

    @jit
    def step(x: Tensor) -> Tensor:
        import h_imported_inside  # type: ignore[import-not-found]

        traces.append(1)
        return x + h_imported_inside.c.n

    for _ in range(3):
        assert step(one()).item() == 4
    assert len(traces) == 1
    sys.modules["h_imported_inside"].c.n = 5
    assert step(one()).item() == 6


class Hidden:
    scale = 2.0


UNSEEN: dict[str, Callable[[Any, Tensor], Tensor]] = {
    "getattr": lambda h, x: x * getattr(h, "scale"),  # noqa: B009
    "vars": lambda h, x: x * dict(vars(h)).get("scale", 2.0),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_the_documents_say_is_not_seen(name: str) -> None:
    hidden = Hidden()
    step = jit(lambda x: UNSEEN[name](hidden, x))
    assert step(one()).item() == 2
    hidden.scale = 3.0
    assert step(one()).item() == 2


collected = 0


def _count_collections(phase: str, info: object) -> None:
    global collected
    collected += 1


def test_what_runs_when_garbage_is_collected_is_not_part_of_a_step() -> None:
    @jit
    def step(x: Tensor) -> Tensor:
        gc.collect()
        return x * 2

    gc.callbacks.append(_count_collections)
    try:
        assert [step(Tensor([k])).item() for k in (1.0, 2.0, 3.0)] == [2.0, 4.0, 6.0]
    finally:
        gc.callbacks.remove(_count_collections)
    assert collected and len(step.captures) == 1
