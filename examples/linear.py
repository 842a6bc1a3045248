"""Regression by hand, with nothing but tensors: least squares and logistic.

python examples/linear.py
"""

from smelt import Tensor, grad, hessian, jit, nn


def with_ones(x: Tensor) -> Tensor:
    """A column of ones more, whose weight is the intercept."""
    return Tensor.cat(x, Tensor.ones(len(x), 1), dim=1)


def descend(x: Tensor, y: Tensor, steps: int, rate: float) -> Tensor:
    """The weights with the least mean square error, by walking downhill."""
    w = Tensor.zeros(x.shape[1], requires_grad=True)

    @jit
    def step() -> Tensor:
        loss = (x @ w - y).square().mean()
        (slope,) = loss.gradient(w)
        w.assign(w - rate * slope)
        return loss

    for i in range(steps):
        loss = step()
        if i % 200 == 0:
            print(f"step {i:4}  mean square error {loss.item():.4f}")
    return w.detach()


def exactly(x: Tensor, y: Tensor) -> Tensor:
    """The same weights from the normal equations, xᵀx w = xᵀy."""
    return (x.T @ x).solve(x.T @ y)


def newton(x: Tensor, y: Tensor, steps: int, weight_decay: float = 1e-3) -> Tensor:
    """The weights of a logistic regression, each step to the minimum of the local parabola."""

    def loss(w: Tensor) -> Tensor:
        likelihood = (x @ w).binary_crossentropy_logits(y)
        return likelihood + weight_decay * w.square().sum()

    w = Tensor.zeros(x.shape[1])
    step = jit(lambda w: w - hessian(loss)(w).solve(grad(loss)(w)))
    for i in range(steps):
        w = step(w)
        print(f"Newton step {i}  loss {loss(w).item():.5f}")
    return w


def main() -> tuple[float, float]:
    x, y, _, _ = (Tensor(a) for a in nn.datasets.diabetes())
    x, y = with_ones(x / x.std(0)), (y - y.mean()) / y.std()
    found, exact = descend(x, y, steps=1000, rate=0.1), exactly(x, y)
    explained = 1 - (x @ found - y).square().mean().item()
    print(
        f"explains {explained:.1%}; from the exact weights {(found - exact).abs().max().item():.4f}"
    )

    x, y, x_test, y_test = (Tensor(a) for a in nn.datasets.breast_cancer())
    mean, std = x.mean(0), x.std(0)
    w = newton(with_ones((x - mean) / std), y.float(), steps=6)
    guess = with_ones((x_test - mean) / std) @ w > 0
    accuracy = (guess == y_test.bool()).float().mean().item()
    print(f"{accuracy:.1%} of the tumours are told apart")
    return float(explained), float(accuracy)


if __name__ == "__main__":
    main()
