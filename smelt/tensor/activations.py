"""Activations: the functions that stand between the layers of a network."""

from __future__ import annotations

import math
from typing import Self

from smelt.ir import accurate
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import Operand
from smelt.tensor.functions import Functions
from smelt.util.errors import ArgumentError, ShapeError


class Activations(Functions):
    """Each is computed in float32 at least, and its slope at a kink is the one PyTorch has."""

    def relu(self) -> Self:
        """max(x, 0), with slope 0 at 0.

        >>> Tensor([-1.0, 2.0]).relu().tolist()
        [0.0, 2.0]
        """
        return (self <= 0).where(0, self)

    def relu6(self) -> Self:
        """min(max(x, 0), 6).

        >>> Tensor([-1.0, 2.0, 8.0]).relu6().tolist()
        [0.0, 2.0, 6.0]
        """
        return self.hardtanh(0, 6)

    def hardtanh(self, min_val: float = -1, max_val: float = 1) -> Self:
        """x held within [min_val, max_val], with slope 0 at both.

        >>> Tensor([-3.0, 0.5]).hardtanh().tolist()
        [-1.0, 0.5]
        """
        return (self <= min_val).where(min_val, (self >= max_val).where(max_val, self))

    def threshold(self, threshold: float, value: float) -> Self:
        """x above the threshold, elsewhere `value`.

        >>> Tensor([-1.0, 2.0]).threshold(0.5, 9.0).tolist()
        [9.0, 2.0]
        """
        return (self <= threshold).where(value, self)

    def prelu(self, weight: Operand) -> Self:
        """x above 0, weight * x below; a weight of more than one element goes along axis 1.

        >>> Tensor([[-2.0, -2.0]]).prelu(Tensor([0.5, 2.0])).tolist()
        [[-1.0, -4.0]]
        """
        if isinstance(weight, Functions) and weight.ndim == 1 and self.ndim > 1:
            weight = weight.reshape(-1, *[1] * (self.ndim - 2))  # (C, 1, ..)
        return (self > 0).where(self, self * weight)

    def hardshrink(self, lambd: float = 0.5) -> Self:
        """x, and 0 within [-lambd, lambd].

        >>> Tensor([-1.0, 0.25]).hardshrink().tolist()
        [-1.0, 0.0]
        """
        return ((self >= -lambd) & (self <= lambd)).where(0, self)

    @wide
    def softshrink(self, lambd: float = 0.5) -> Self:
        """x closer to 0 by lambd, and 0 within [-lambd, lambd].

        >>> Tensor([-1.0, 0.25]).softshrink().tolist()
        [-0.5, 0.0]
        """
        return (self > lambd).where(self - lambd, (self < -lambd).where(self + lambd, self * 0.0))

    def glu(self, dim: int = -1) -> Self:
        """a * sigmoid(b), where a and b are the halves of x along an axis.

        >>> Tensor([1.0, 2.0, 0.0, 0.0]).glu().tolist()
        [0.5, 1.0]
        """
        axis = self._axis("glu", dim)
        if self._static("glu", axis) % 2:
            raise ShapeError("glu", f"axis {dim} of size {self.shape[axis]}", "an even size")
        a, b = self.chunk(2, axis)
        return a.cast(b.sigmoid().dtype) * b.sigmoid()

    def leaky_relu(self, neg_slope: float = 0.01) -> Self:
        """x above 0, neg_slope * x below.

        >>> Tensor([-2.0, 2.0]).leaky_relu(0.5).tolist()
        [-1.0, 2.0]
        """
        return (self > 0).where(self, self * neg_slope)

    @wide
    def elu(self, alpha: float = 1.0) -> Self:
        """x above 0, alpha * (exp(x) - 1) below.

        >>> Tensor([-1.0, 2.0]).elu()
        Tensor([-0.6321,  2.    ], dtype=float32, device=CPU)
        """
        above = self > 0
        # The branch that is not chosen must not overflow: its gradient would be 0 * inf.
        return above.where(self, alpha * above.where(0.0, self).expm1())

    @wide
    def celu(self, alpha: float = 1.0) -> Self:
        """x above 0, alpha * (exp(x / alpha) - 1) below.

        >>> Tensor([-1.0, 2.0]).celu(2.0)
        Tensor([-0.7869,  2.    ], dtype=float32, device=CPU)
        """
        return alpha * (self / alpha).elu()

    @wide
    def selu(self, alpha: float = 1.6732632423543772, gamma: float = 1.0507009873554805) -> Self:
        """gamma * elu(x, alpha), by default with the constants of Klambauer et al., 2017.

        >>> Tensor([-1.0, 2.0]).selu()
        Tensor([-1.1113,  2.1014], dtype=float32, device=CPU)
        """
        return gamma * self.elu(alpha)

    @wide
    def sigmoid(self) -> Self:
        """1 / (1 + exp(-x)).

        >>> Tensor([0.0, 2.0]).sigmoid()
        Tensor([0.5   , 0.8808], dtype=float32, device=CPU)
        """
        return self._function(accurate.sigmoid)

    @wide
    def logsigmoid(self) -> Self:
        """log(sigmoid(x)).

        >>> Tensor([0.0, -100.0]).logsigmoid()
        Tensor([  -0.6931, -100.    ], dtype=float32, device=CPU)
        """
        return -(-self)._function(accurate.softplus)

    @wide
    def softplus(self, beta: float = 1.0, threshold: float = 20.0) -> Self:
        """log(1 + exp(beta * x)) / beta, and x where beta * x is above the threshold.

        >>> Tensor([0.0, 100.0]).softplus()
        Tensor([  0.6931, 100.    ], dtype=float32, device=CPU)
        """
        x = self * beta
        return (x > threshold).where(self, x._function(accurate.softplus) / beta)

    @wide
    def mish(self) -> Self:
        """x * tanh(softplus(x)).

        >>> Tensor([0.0, 1.0]).mish()
        Tensor([0.    , 0.8651], dtype=float32, device=CPU)
        """
        return self * self._function(accurate.tanh_softplus)

    @wide
    def silu(self) -> Self:
        """x * sigmoid(x).

        >>> Tensor([0.0, 1.0]).silu()
        Tensor([0.    , 0.7311], dtype=float32, device=CPU)
        """
        return self * self.sigmoid()

    swish = silu

    @wide
    def gelu(self, approximate: str = "none") -> Self:
        """x times the normal distribution's cumulative function: x/2 (1 + erf(x / sqrt 2)).

        approximate="tanh": x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x**3))).

        >>> Tensor([0.0, 1.0]).gelu()
        Tensor([0.    , 0.8413], dtype=float32, device=CPU)
        """
        if approximate == "tanh":
            # (1 + tanh(z)) / 2 is the sigmoid of 2 z, which keeps its digits for z below 0.
            scale = 2 * math.sqrt(2 / math.pi)
            return self * (self * (scale + scale * 0.044715 * self * self)).sigmoid()
        if approximate != "none":
            raise ArgumentError("gelu", f"approximate={approximate!r}", '"none" or "tanh"')
        return self._function(accurate.gelu)

    @wide
    def quick_gelu(self) -> Self:
        """x * sigmoid(1.702 x).

        >>> Tensor([0.0, 1.0]).quick_gelu()
        Tensor([0.    , 0.8458], dtype=float32, device=CPU)
        """
        return self * (1.702 * self).sigmoid()

    @wide
    def softsign(self) -> Self:
        """x / (1 + |x|).

        >>> Tensor([-1.0, 3.0]).softsign().tolist()
        [-0.5, 0.75]
        """
        return self / (1.0 + self.abs())

    @wide
    def tanhshrink(self) -> Self:
        """x - tanh(x).

        >>> Tensor([0.0, 1.0]).tanhshrink()
        Tensor([0.    , 0.2384], dtype=float32, device=CPU)
        """
        return self - self.tanh()

    @wide
    def hardsigmoid(self, alpha: float = 1 / 6, beta: float = 0.5) -> Self:
        """min(max(alpha * x + beta, 0), 1).

        >>> Tensor([-4.0, 0.0, 4.0]).hardsigmoid().tolist()
        [0.0, 0.5, 1.0]
        """
        return (self * alpha + beta).hardtanh(0, 1)

    @wide
    def hardswish(self) -> Self:
        """x * hardsigmoid(x).

        >>> Tensor([0.0, 3.0, 4.0]).hardswish().tolist()
        [0.0, 3.0, 4.0]
        """
        return self * (self + 3.0).relu6() / 6.0
