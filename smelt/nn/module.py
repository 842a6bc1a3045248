"""PyTorch's way to write a model: a Module has a `forward`, and a mode of its own.

smelt needs none of it: any object may be a model, and `nn.state` finds the tensors inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableSequence
from types import FunctionType, MethodType
from typing import Any, Self

from smelt.nn.state import Keys, children, get_parameters, get_state_dict, load_state_dict
from smelt.tensor import Tensor
from smelt.tensor.base import DTypeLike
from smelt.util.errors import ArgumentError
from smelt.util.flags import Context


def Parameter(data: Any, requires_grad: bool = True) -> Tensor:
    """A leaf of data's values, which is to be trained.

    >>> Parameter([1.0]).requires_grad
    True
    """
    values = data.detach() if isinstance(data, Tensor) else Tensor(data)
    return values.requires_grad_(requires_grad)


class _Model:
    """What a Module and the containers below have in common.

    `training` is set by train() and eval(), which set it in everything inside as well. None leaves
    it to the flag TRAINING.
    """

    training: bool | None = None

    def parameters(self, recurse: bool = True) -> Iterator[Tensor]:
        """What is to be trained: `nn.state.get_parameters`. Without recurse only of its own."""
        own = {k: v for k, v in vars(self).items() if isinstance(v, Tensor)}
        return iter(get_parameters(self if recurse else own))

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """The parameters with their names in the state dict, each once."""
        trained = {id(t) for t in self.parameters()}
        for name, tensor in get_state_dict(self, prefix).items():
            if id(tensor) in trained:
                trained.remove(id(tensor))
                yield name, tensor

    def state_dict(self) -> dict[str, Tensor]:
        """Every tensor inside by its name: `nn.state.get_state_dict`."""
        return get_state_dict(self)

    def load_state_dict(self, state_dict: Mapping[str, Tensor], strict: bool = True) -> Keys:
        """`nn.state.load_state_dict`. Raises ArgumentError if names or shapes differ."""
        return load_state_dict(self, state_dict, strict)

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Itself and every layer inside, each once, with their names."""
        seen: set[int] = set()
        waiting = [(prefix, self)]
        while waiting:
            name, value = waiting.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            if _may_hold_layers(value) and (callable(value) or isinstance(value, _Model)):
                yield name, value
            inside = [(f"{name}.{k}" if name else k, v) for k, v in children(value)]
            waiting += [(k, v) for k, v in reversed(inside) if _may_hold_layers(v)]

    def modules(self) -> Iterator[Any]:
        """Itself and every layer inside, each once."""
        return (value for _, value in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Any]]:
        """The layers that are attributes or elements of its own."""
        return ((k, v) for k, v in children(self) if _may_hold_layers(v))

    def children(self) -> Iterator[Any]:
        """The layers that are attributes or elements of its own."""
        return (value for _, value in self.named_children())

    def apply(self, fn: Callable[[Any], Any]) -> Self:
        """Call fn on every layer inside, and on itself last; gives self.

        >>> from smelt import nn
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
        >>> _ = model.apply(lambda m: print(type(m).__name__))
        Tanh
        Linear
        Sequential
        """
        for value in reversed(list(self.modules())):
            fn(value)
        return self

    def train(self, mode: bool = True) -> Self:
        """Let it train from now on, or with False not: dropout drops, BatchNorm counts."""
        for value in self.modules():
            if isinstance(value, _Model):
                value.training = mode
        return self

    def eval(self) -> Self:
        """`train(False)`."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Train its parameters, or with False no longer. Gives self."""
        for tensor in list(self.parameters()):
            tensor.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients; without set_to_none they become 0."""
        for p in self.parameters():
            p.grad = None if set_to_none or p.grad is None else p.grad.zeros_like()

    def to(
        self, device: str | DTypeLike | Tensor | None = None, dtype: DTypeLike | None = None
    ) -> Self:
        """Move its tensors, and give those of floats another dtype: `Tensor.to`. Gives self."""
        for tensor in get_state_dict(self).values():
            moved = tensor.detach().to(device, dtype)
            kept = moved if tensor.dtype.is_float else tensor.detach().to(moved.device)
            tensor.replace(kept)
        return self

    def cpu(self) -> Self:
        """`to("CPU")`."""
        return self.to("CPU")

    def half(self) -> Self:
        """`to("float16")`."""
        return self.to(None, "float16")

    def bfloat16(self) -> Self:
        """`to("bfloat16")`."""
        return self.to(None, "bfloat16")

    def float(self) -> Self:
        """`to("float32")`."""
        return self.to(None, "float32")

    def double(self) -> Self:
        """`to("float64")`."""
        return self.to(None, "float64")


class Module(_Model):
    """A model with a `forward`, for programs written for PyTorch.

    Its mode is its own, and training from the start: what it calls sees `training`, whatever the
    flag TRAINING says outside. Every tensor that is an attribute is in its state dict.

    >>> from smelt import Tensor, nn
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.fc = nn.Linear(3, 2)
    ...
    ...     def forward(self, x):
    ...         return self.fc(x).relu()
    >>> model = Net().eval()
    >>> model(Tensor.ones(1, 3)).shape, [name for name, _ in model.named_parameters()]
    ((1, 2), ['fc.weight', 'fc.bias'])
    """

    training: bool | None = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _in_mode(self.training, self.forward, *args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the model does; each has its own."""
        raise ArgumentError(type(self).__name__, "no forward", "a method of that name")

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Make a tensor an attribute that is not trained; it is in the state dict in any case."""
        kept = None if tensor is None else tensor.detach().requires_grad_(False)
        setattr(self, name, kept)

    def register_parameter(self, name: str, param: Tensor | None) -> None:
        """Make a tensor an attribute."""
        setattr(self, name, param)

    def add_module(self, name: str, module: Any) -> None:
        """Make a layer an attribute."""
        setattr(self, name, module)

    register_module = add_module


class ModuleList(_Model, list[Any]):
    """A list of layers."""


class ModuleDict(_Model, dict[str, Any]):
    """Layers by name."""


ParameterList, ParameterDict = ModuleList, ModuleDict


class Sequential(_Model, MutableSequence[Any]):
    """Layers, or functions, one after the other; a dict of them names them in the state dict.

    >>> from smelt import Tensor, nn
    >>> model = Sequential(nn.Flatten(), nn.Linear(4, 2), Tensor.relu)
    >>> model(Tensor.ones(3, 2, 2)).shape, list(model.state_dict())
    ((3, 2), ['1.weight', '1.bias'])
    """

    def __init__(self, *layers: Any):
        named = layers[0] if len(layers) == 1 and isinstance(layers[0], Mapping) else {}
        self.names = list(named)
        self.layers = list(named.values() if named else layers)

    def __call__(self, x: Any) -> Any:
        return _in_mode(self.training, self._through, x)

    def _through(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def _named_layers(self) -> list[tuple[str, Any]]:
        """What the state dict finds inside."""
        names = [*self.names, *map(str, range(len(self.names), len(self)))]
        return list(zip(names, self.layers, strict=False))

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, i: Any) -> Any:
        return Sequential(*self.layers[i]) if isinstance(i, slice) else self.layers[i]

    def __setitem__(self, i: Any, layer: Any) -> None:
        self.layers[i] = layer

    def __delitem__(self, i: Any) -> None:
        del self.layers[i]

    def insert(self, index: int, value: Any) -> None:
        """Put a layer before another."""
        self.layers.insert(index, value)

    def __getattr__(self, name: str) -> Any:
        names = self.__dict__.get("names", [])
        if name not in names:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self.layers[names.index(name)]


def _in_mode(training: bool | None, f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    if training is None:
        return f(*args, **kwargs)
    with Context(TRAINING=training):
        return f(*args, **kwargs)


def _may_hold_layers(value: Any) -> bool:
    return not isinstance(value, Tensor | type | FunctionType | MethodType) and (
        isinstance(value, list | tuple | dict) or (callable(value) and hasattr(value, "__dict__"))
    )
