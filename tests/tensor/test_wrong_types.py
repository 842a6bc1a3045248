"""Arguments of the wrong type: every method and layer raises an error of smelt's, or takes them.

Each public method of Tensor, each layer and each optimizer is called with something wrong in the
place of each of its arguments in turn, the others being right. Nothing is computed.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from smelt import Tensor, nn
from smelt.nn.optim import lr_scheduler
from smelt.tensor.argument_types import described, fits
from smelt.util.errors import ArgumentTypeError, SmeltError

ones = Tensor.ones
V, M, SQUARE, I = ones(3), ones(2, 3), ones(3, 3), ones(3, dtype="int64")  # noqa: E741
ROW, IMAGE, VOLUME = ones(1, 2, 8), ones(1, 2, 4, 4), ones(1, 2, 4, 4, 4)
IM, BM = ones(2, 3, dtype="int64"), ones(2, 3, dtype="bool")
SELVES = (M, V, SQUARE, IMAGE, ROW, VOLUME, I, IM, BM, ones(2, 3, 3), ones(8))
WRONG = ("x", None, 1.5, ["a", "b"], object(), BM, -1)

LEAF = Tensor([1.0, 2.0], requires_grad=True)
SCALAR = LEAF.sum()

# What is right where trying does not find it: what the method is called on, and with.
RIGHT: dict[str, tuple[Any, ...]] = {
    "addbmm": (M, ones(2, 2, 1), ones(2, 1, 3)),
    "affine_grid": (ones(1, 2, 3), (1, 1, 2, 2)),
    "backward": (SCALAR,),
    "clamp": (V, 0),
    "clip": (V, 0),
    "col2im": (ones(1, 4, 4), 3, 2),
    "ctc_loss": (ones(2, 1, 3), ones(1, 1, dtype="int64"), [2], [1]),
    "einsum": (Tensor, "ij,ij->i", M, M),
    "expand_as": (M, M),
    "fft": (ones(4, 2),),
    "fft2": (ones(2, 2, 2),),
    "fold": (ones(1, 4, 4), 3, 2),
    "from_dlpack": (Tensor, V),
    "grid_sample": (IMAGE, ones(1, 2, 2, 2)),
    "gradient": (SCALAR, LEAF),
    "ifft": (ones(4, 2),),
    "ifft2": (ones(2, 2, 2),),
    "index_reduce": (M, 1, I, M, "prod"),
    "interpolate": (IMAGE, 2),
    "irfft": (ones(4, 2),),
    "irfft2": (ones(2, 2, 2),),
    "istft": (ones(5, 4, 2), 8),
    "irfftn": (ones(1, 4, 2),),
    "nonzero_static": (M, 3),
    "rearrange": (M, "a b -> b a"),
    "reshape_as": (M, M),
    "scatter": (M, 1, IM, M),
    "scatter_reduce": (M, 1, IM, M, "sum"),
    "sequential": (M, [Tensor.relu]),
    "shrink": (M, ((0, 1), None)),
    "solve_triangular": (SQUARE, SQUARE, True),
    "stft": (ones(32), 8),
    "type_as": (M, M),
    "view_as": (M, M),
}
SKIPPED = {
    "from_blob": "takes the address of memory",
    "from_url": "fetches",
    "train": "is a flag's",
}


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    given = inspect.signature(function).parameters.values()
    return [p for p in given if p.name != "self" and p.kind is not p.VAR_KEYWORD]


def candidates(parameter: inspect.Parameter) -> list[Any]:
    """What a required argument may be, by its annotation."""
    text = str(parameter.annotation)
    if "Self" in text or "Operand" in text or "Tensor" in text:
        return [M, V, I, IM, SQUARE, BM, IMAGE, ones(2, 2, 3), 1]
    if "DTypeLike" in text:
        return ["float32"]
    return [1, (1,), 0, (2, 3), 2, 0.5]


def right(name: str, function: Callable[..., Any], is_static: bool) -> tuple[Any, list[Any]] | None:
    """On what a method may be called, and with which required arguments."""
    if name in RIGHT:
        return RIGHT[name][0], list(RIGHT[name][1:])
    required = [p for p in parameters(function) if p.default is p.empty]
    pools = [
        [[], [1], [0], [2, 3], [M]] if p.kind is p.VAR_POSITIONAL else [[c] for c in candidates(p)]
        for p in required
    ]
    for target in (Tensor,) if is_static else SELVES:
        for choice in itertools.islice(itertools.product(*pools), 300):
            values = list(itertools.chain.from_iterable(choice))
            try:
                getattr(target, name)(*values)
            except (SmeltError, TypeError):
                continue
            return target, values
    return None


def calls(
    function: Callable[..., Any], values: Sequence[Any]
) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """The call with each wrong value in the place of each argument."""
    places = parameters(function)
    for i, parameter in enumerate(places):
        for wrong in WRONG:
            if parameter.kind is parameter.VAR_POSITIONAL:
                args, options = [*values[:i], wrong], {}
            elif i < len(values):
                args, options = [*values[:i], wrong, *values[i + 1 :]], {}
            else:
                args, options = list(values), {parameter.name: wrong}
            yield f"{parameter.name}={type(wrong).__name__}", args, options


def check(name: str, function: Callable[..., Any], values: Sequence[Any]) -> None:
    """No call raises an error that is not smelt's."""
    failures = []
    for text, args, options in calls(function, values):
        try:
            inspect.signature(function).bind(*args, **options)
        except TypeError:  # a name that is given twice: Python's to say
            continue
        try:
            function(*args, **options)
        except SmeltError:
            continue
        except Exception as error:  # noqa: BLE001  # whatever it is
            failures.append(f"{name}({text}): {type(error).__name__}: {error}")
    assert not failures, "\n".join(failures)


def is_method(name: str) -> bool:
    """Whether it is to be called here; x.add_() does what x.add() does."""
    found = inspect.getattr_static(Tensor, name)
    if name.endswith("_") and hasattr(Tensor, name[:-1]):
        return False
    return name[0] != "_" and name not in SKIPPED and not isinstance(found, property)


METHODS = [name for name in dir(Tensor) if is_method(name) and parameters(getattr(Tensor, name))]


@pytest.mark.parametrize("name", METHODS)
def test_method(name: str) -> None:
    static = inspect.getattr_static(Tensor, name)
    found = right(name, getattr(Tensor, name), isinstance(static, classmethod | staticmethod))
    assert found is not None, "RIGHT has no arguments for it"
    target, values = found
    check(name, getattr(target, name), values)


X2, X3 = ones(2, 4), ones(2, 5, 4)
CONVOLUTION = (4, 4, 3)
ENCODER, DECODER = nn.TransformerEncoderLayer(4, 2, 8), nn.TransformerDecoderLayer(4, 2, 8)
# A layer's arguments, and what it is called with.
LAYERS: dict[str, tuple[tuple[Any, ...], tuple[Any, ...] | None]] = {
    **{f"Conv{n}d": (CONVOLUTION, (ones(2, *[4] * (n + 1)),)) for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": (CONVOLUTION, (ones(2, *[4] * (n + 1)),)) for n in (1, 2, 3)},
    **{f"{n}Norm": ((4,), (ones(2, 4, 4),)) for n in ("Batch", "Instance", "Layer", "RMS")},
    **dict.fromkeys(("GRU", "LSTM", "RNN"), ((4, 3), (X3,))),
    **{f"{name}Cell": ((4, 3), (X2,)) for name in ("GRU", "LSTM", "RNN")},
    "BCELoss": ((), (X2, X2)),
    "Bilinear": ((4, 4, 2), (X2, X2)),
    "DataLoader": (([1, 2, 3],), None),
    "Dropout": ((), None),
    "Embedding": ((5, 3), (IM,)),
    "Flatten": ((), None),
    "GroupNorm": ((2, 4), (ones(2, 4, 4),)),
    "InstanceNorm2d": ((4,), (ones(2, 4, 4, 4),)),
    "Linear": ((4, 3), (X2,)),
    "MaxPool2d": ((2,), None),
    "MultiHeadAttention": ((4, 2), (X3, X3, X3)),
    "PReLU": ((), (X2,)),
    "ReLU": ((), None),
    "ReflectionPad2d": ((1,), (IMAGE,)),
    "TransformerDecoder": ((DECODER, 1), (X3, X3)),
    "TransformerEncoder": ((ENCODER, 1), (X3,)),
    "TransformerEncoderLayer": ((4, 2, 8), (X3,)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name: str) -> None:
    kind = getattr(nn, name)
    arguments, inputs = LAYERS[name]
    check(name, kind, arguments)
    if inputs is not None:
        check(f"{name}()", kind(*arguments).__call__, inputs)


WEIGHTS = [ones(3, 3, requires_grad=True)]
SCHEDULES: dict[str, tuple[Any, ...]] = {
    "LambdaLR": (lambda step: 1.0,),
    "StepLR": (2,),
    "MultiStepLR": ([1, 2],),
    "ExponentialLR": (0.5,),
    "CosineAnnealingLR": (3,),
    "CosineAnnealingWarmRestarts": (3,),
    "OneCycleLR": (0.1, 5),
    "LinearLR": (),
    "ReduceLROnPlateau": (),
}


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "LAMB", "LARS", "Muon", "Adafactor"])
def test_optimizer(name: str) -> None:
    check(name, getattr(nn.optim, name), (WEIGHTS,))


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule(name: str) -> None:
    optimizer = nn.optim.SGD(WEIGHTS, lr=0.1)
    check(name, getattr(lr_scheduler, name), (optimizer, *SCHEDULES[name]))


# ---- what the errors say -------------------------------------------------------------------------

MESSAGES: list[tuple[Callable[[], Any], str]] = [
    (lambda: IMAGE.max_pool2d("x"), "max_pool2d: got kernel_size='x', expected an int or a seq"),
    (lambda: ROW.max_pool1d(stride=1.5), "max_pool1d: got stride=1.5, .* sequence of ints or None"),
    (lambda: M.conv2d(None), "conv2d: got weight=None, expected a Tensor"),
    (lambda: (V + 0).uniform_("a"), "uniform: got low='a', expected a number"),
    (lambda: IMAGE.avg_pool2d(2.5), "avg_pool2d: got kernel_size=2.5"),
    (lambda: V.expand_as({}), "expand_as: got other of dict, expected a Tensor"),
    (lambda: nn.Linear("a", 3), "Linear: got in_features='a', expected an int"),
    (lambda: nn.Linear(4, 3)([[1.0] * 4]), r"Linear: got x=\[\[1.0, .*, expected a Tensor"),
    (lambda: nn.Conv2d(3, 4, None), "Conv2d: got kernel_size=None, expected an int or a sequence"),
    (lambda: nn.optim.SGD(3), "SGD: got params=3, expected a sequence of Tensors"),
]


@pytest.mark.parametrize(("call", "message"), MESSAGES)
def test_message(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ArgumentTypeError, match=message) as caught:
        call()
    assert isinstance(caught.value, TypeError) and isinstance(caught.value, ValueError)
    assert __file__ in str(caught.value), "the message names the user's line"


def test_errors_of_users_functions_and_of_python_stay_what_they_are() -> None:
    def wrong(x: Tensor) -> Tensor:
        raise ValueError("mine")

    with pytest.raises(ValueError, match=r"^mine$"):
        M.sequential([wrong])
    with pytest.raises(TypeError, match="unexpected keyword argument 'axes'"):
        M.sum(axes=0)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        M.abs(3)  # type: ignore[call-arg]


def test_every_annotation_of_a_method_can_be_read() -> None:
    for name in METHODS:
        for parameter in inspect.signature(
            getattr(Tensor, name), eval_str=True
        ).parameters.values():
            fits(1, parameter.annotation)
            assert described(parameter.annotation)
