"""A tour in ten minutes: tensors, laziness, gradients, captured steps, saving and loading.

python examples/quickstart.py
"""

import tempfile
from pathlib import Path

from smelt import Tensor, dtypes, grad, jit, nn, stats


def tensors() -> None:
    """What a Tensor is: made from numbers, computed when somebody looks."""
    a = Tensor([[1.0, 2.0], [3.0, 4.0]])
    b = Tensor.arange(4).reshape(2, 2)
    print("shape", a.shape, "dtype", (a + b).dtype, "device", a.device)
    print("product", (a @ b.float()).tolist())
    print("every second column, backwards", b[:, ::-2].tolist())
    print("in half precision", a.cast(dtypes.float16).softmax(-1).tolist())


def laziness() -> int:
    """An expression is a graph. Five operations over a million numbers are one kernel."""
    x = Tensor.rand(1000, 1000).realize()
    with stats() as counted:
        ((x * 2 - 1).exp() / 3).clip(0, 1).realize()
    print("kernels for five operations:", counted.kernels)
    return counted.kernels


def gradients() -> None:
    """Two ways to differentiate: on tensors, and on functions."""
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x**3).sum().backward()
    print("d(x³)/dx:", x.grad.tolist() if x.grad is not None else None)
    print("the same of a function:", grad(lambda v: (v**3).sum())(Tensor([1.0, 2.0, 3.0])).tolist())


class Network:
    """A model is a plain object: its tensors are found by walking through its attributes."""

    def __init__(self) -> None:
        self.hidden = nn.Linear(4, 16)
        self.out = nn.Linear(16, 3)

    def __call__(self, x: Tensor) -> Tensor:
        return self.out(self.hidden(x).tanh())


def training(model: Network, x: Tensor, y: Tensor, steps: int) -> None:
    """The whole step is captured: its first call is traced, the others replay one program."""
    optimizer = nn.optim.Adam(nn.state.get_parameters(model), lr=0.02)

    @jit
    def step() -> Tensor:
        optimizer.zero_grad()
        loss = model(x).cross_entropy(y)
        loss.backward()
        optimizer.step()
        return loss

    for i in range(steps):
        loss = step()
        if i % 50 == 0:
            print(f"step {i:4}  loss {loss.item():.3f}")


def accuracy(model: Network, x: Tensor, y: Tensor) -> float:
    return float((model(x).argmax(-1) == y).float().mean().item())


def main(steps: int = 200) -> float:
    Tensor.manual_seed(0)
    tensors()
    laziness()
    gradients()

    x_train, y_train, x_test, y_test = (Tensor(a) for a in nn.datasets.iris())
    model = Network()
    training(model, x_train, y_train, steps)
    print(f"{accuracy(model, x_test, y_test):.1%} of the irises are recognised")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "irises.safetensors"
        nn.state.safe_save(nn.state.get_state_dict(model), path)
        again = Network()
        nn.state.load_state_dict(again, nn.state.safe_load(path))
        return accuracy(again, x_test, y_test)


if __name__ == "__main__":
    main()
