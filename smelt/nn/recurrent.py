"""Recurrent layers: RNN, LSTM and GRU, for one step and for sequences of steps.

A kind of cell is a row: how many gates it has, and how a step follows from the gates' part that
depends on the input, which is one product for all steps, and from the state.
"""

from __future__ import annotations

from collections.abc import Callable

from smelt.nn.layers import uniform_weight
from smelt.tensor import Tensor
from smelt.tensor.repeat import row, scan
from smelt.util.errors import ArgumentError, ShapeError

State = tuple[Tensor, ...]  # (h,), or (h, c)
Step = Callable[[Tensor, Tensor, State], State]


def _lstm(x: Tensor, h: Tensor, state: State) -> State:
    """i, f, o = sigmoid, g = tanh of x + h;  c = f * c + i * g;  h = o * tanh(c)."""
    i, f, g, o = (x + h).chunk(4, dim=-1)
    c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def _gru(x: Tensor, h: Tensor, state: State) -> State:
    """r, z = sigmoid of x + h;  n = tanh(x + r * h);  h = n + z * (h - n)."""
    (xr, xz, xn), (hr, hz, hn) = x.chunk(3, dim=-1), h.chunk(3, dim=-1)
    n = (xn + (xr + hr).sigmoid() * hn).tanh()
    return (n + (xz + hz).sigmoid() * (state[0] - n),)


def _tanh(x: Tensor, h: Tensor, state: State) -> State:
    return ((x + h).tanh(),)


def _relu(x: Tensor, h: Tensor, state: State) -> State:
    return ((x + h).relu(),)


NONLINEARITIES: dict[str, Step] = {"tanh": _tanh, "relu": _relu}


class _Cell:
    """One step of `gates` gates from a state of `states` tensors."""

    gates = 1
    states = 1
    step: Step = staticmethod(_tanh)

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True):
        self.input_size = input_size
        self.hidden_size = hidden_size
        rows = self.gates * hidden_size
        self.weight_ih = uniform_weight((rows, input_size), hidden_size)
        self.weight_hh = uniform_weight((rows, hidden_size), hidden_size)
        self.bias_ih = uniform_weight((rows,), hidden_size) if bias else None
        self.bias_hh = uniform_weight((rows,), hidden_size) if bias else None

    def _next(self, x: Tensor, state: State | None) -> State:
        name = type(self).__name__
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ShapeError(name, f"x of shape {x.shape}", f"(N, {self.input_size}), or without N")
        if state is None:
            zeros = x.zeros(*x.shape[:-1], self.hidden_size, dtype=x.dtype, device=x.device)
            state = (zeros,) * self.states
        _check_state(name, state, (*x.shape[:-1], self.hidden_size))
        x = x.linear(self.weight_ih.T, self.bias_ih)
        return self.step(x, state[0].linear(self.weight_hh.T, self.bias_hh), state)


class RNNCell(_Cell):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or with nonlinearity="relu" its relu.

    x: (N, input_size), h: (N, hidden_size), each with or without N.

    >>> from smelt import Tensor
    >>> RNNCell(3, 5)(Tensor.ones(2, 3)).shape
    (2, 5)
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh"
    ):
        super().__init__(input_size, hidden_size, bias)
        self.step = _nonlinear("RNNCell", nonlinearity)

    def __call__(self, x: Tensor, h: Tensor | None = None) -> Tensor:
        return self._next(x, None if h is None else (h,))[0]


class GRUCell(_Cell):
    """h' = n + z * (h - n) with gates r, z, n = tanh(W_in x + r * W_hn h) (Cho and others, 2014).

    x: (N, input_size), h: (N, hidden_size), each with or without N.

    >>> from smelt import Tensor
    >>> GRUCell(3, 5)(Tensor.ones(2, 3)).shape
    (2, 5)
    """

    gates = 3
    step = staticmethod(_gru)

    def __call__(self, x: Tensor, h: Tensor | None = None) -> Tensor:
        return self._next(x, None if h is None else (h,))[0]


class LSTMCell(_Cell):
    """c' = f * c + i * g, h' = o * tanh(c') with gates i, f, g, o (Hochreiter, Schmidhuber, 1997).

    x: (N, input_size), h, c: (N, hidden_size), each with or without N; gives (h', c').

    >>> from smelt import Tensor
    >>> [t.shape for t in LSTMCell(3, 5)(Tensor.ones(2, 3))]
    [(2, 5), (2, 5)]
    """

    gates = 4
    states = 2
    step = staticmethod(_lstm)

    def __call__(self, x: Tensor, hc: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        h, c = self._next(x, hc)
        return h, c


class _Recurrent:
    """Layers of cells over sequences, each layer in one direction or in both."""

    gates = 1
    states = 1
    step: Step = staticmethod(_tanh)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
    ):
        if num_layers < 1 or hidden_size < 1:
            raise ArgumentError(
                type(self).__name__,
                f"num_layers={num_layers}, hidden_size={hidden_size}",
                "ints from 1 up",
            )
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.bias = bias
        rows = self.gates * hidden_size
        for k, end in self._rows():
            inputs = input_size if k == 0 else hidden_size * (1 + bidirectional)
            shapes: dict[str, tuple[int, ...]] = {
                "weight_ih": (rows, inputs),
                "weight_hh": (rows, hidden_size),
            }
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {}
            for name, shape in shapes.items():
                setattr(self, name + end, uniform_weight(shape, hidden_size))

    def _rows(self) -> list[tuple[int, str]]:
        """Each layer's number with the end of its weights' names, in each direction."""
        directions = ("", "_reverse") if self.bidirectional else ("",)
        return [
            (k, f"_l{k}{direction}") for k in range(self.num_layers) for direction in directions
        ]

    def _run(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """The top layer's h for all steps, and the last state of each layer and direction."""
        name = type(self).__name__
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            raise ShapeError(
                name, f"x of shape {x.shape}", f"(L, N, {self.input_size}), or without N"
            )
        alone = x.ndim == 2
        if alone:
            x = x.unsqueeze(1)
            state = None if state is None else tuple(s.unsqueeze(1) for s in state)
        elif self.batch_first:
            x = x.transpose(0, 1)
        if not x._static(name, 0):
            raise ShapeError(name, "a sequence of length 0", "one step or more")
        rows = self._rows()
        shape = (len(rows), x.shape[1], self.hidden_size)
        if state is None:
            state = (x.zeros(*shape, dtype=x.dtype, device=x.device),) * self.states
        _check_state(name, state, shape)
        last: list[State] = []
        for k in range(self.num_layers):
            outputs = []
            for i, (_, end) in enumerate(rows):
                if rows[i][0] == k:
                    output, final = self._layer(x, end, tuple(s[i] for s in state))
                    outputs.append(output)
                    last.append(final)
            x = Tensor.cat(*outputs, dim=-1) if len(outputs) > 1 else outputs[0]
            x = x.dropout(self.dropout) if k < self.num_layers - 1 else x
        finals = tuple(Tensor.stack(*parts) for parts in zip(*last, strict=True))
        if alone:
            return x.squeeze(1), tuple(s.squeeze(1) for s in finals)
        return x.transpose(0, 1) if self.batch_first else x, finals

    def _layer(self, x: Tensor, end: str, state: State) -> tuple[Tensor, State]:
        """One layer in one direction: (L, N, inputs) gives (L, N, hidden_size)."""
        w_ih, w_hh = getattr(self, "weight_ih" + end), getattr(self, "weight_hh" + end)
        b_ih, b_hh = (getattr(self, b + end) if self.bias else None for b in ("bias_ih", "bias_hh"))
        parts = x.linear(w_ih.T, b_ih)
        backwards = end.endswith("_reverse")
        parts = parts.flip(0) if backwards else parts

        def step(i: Tensor, now: State) -> tuple[State, State]:
            after = self.step(row(parts, i), now[0].linear(w_hh.T, b_hh), now)
            return after, after[:1]

        last, (outputs,) = scan(x._static(type(self).__name__, 0), step, state)
        return outputs.flip(0) if backwards else outputs, last


class RNN(_Recurrent):
    """RNNCells in num_layers layers over a sequence, with tanh or nonlinearity="relu".

    x: (L, N, input_size), or (N, L, input_size) with batch_first, or without N;
    h: (layers * directions, N, hidden_size). Gives (y, h), y: (L, N, directions * hidden_size).

    >>> from smelt import Tensor
    >>> [t.shape for t in RNN(3, 5)(Tensor.ones(4, 2, 3))]
    [(4, 2, 5), (1, 2, 5)]
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
    ):
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional
        )
        self.step = _nonlinear("RNN", nonlinearity)

    def __call__(self, x: Tensor, h: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y, state = self._run(x, None if h is None else (h,))
        return y, state[0]


class GRU(_Recurrent):
    """GRUCells in num_layers layers over a sequence.

    x: (L, N, input_size), or (N, L, input_size) with batch_first, or without N;
    h: (layers * directions, N, hidden_size). Gives (y, h), y: (L, N, directions * hidden_size).

    >>> from smelt import Tensor
    >>> [t.shape for t in GRU(3, 5, batch_first=True)(Tensor.ones(2, 4, 3))]
    [(2, 4, 5), (1, 2, 5)]
    """

    gates = 3
    step = staticmethod(_gru)

    def __call__(self, x: Tensor, h: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y, state = self._run(x, None if h is None else (h,))
        return y, state[0]


class LSTM(_Recurrent):
    """LSTMCells in num_layers layers over a sequence.

    x: (L, N, input_size), or (N, L, input_size) with batch_first, or without N;
    h, c: (layers * directions, N, hidden_size). Gives (y, (h, c)), y: (L, N, directions *
    hidden_size). `dropout` is between layers.

    >>> from smelt import Tensor
    >>> y, (h, c) = LSTM(3, 5, bidirectional=True)(Tensor.ones(4, 2, 3))
    >>> y.shape, h.shape, c.shape
    ((4, 2, 10), (2, 2, 5), (2, 2, 5))
    """

    gates = 4
    states = 2
    step = staticmethod(_lstm)

    def __call__(
        self, x: Tensor, hc: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        y, (h, c) = self._run(x, hc)
        return y, (h, c)


def _nonlinear(operation: str, name: str) -> Step:
    if name not in NONLINEARITIES:
        raise ArgumentError(operation, f"nonlinearity={name!r}", "'tanh' or 'relu'")
    return NONLINEARITIES[name]


def _check_state(operation: str, state: State, shape: tuple[object, ...]) -> None:
    for s in state:
        if s.shape != shape:
            raise ShapeError(operation, f"a state of shape {s.shape}", str(shape))
