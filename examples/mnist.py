"""A convolutional network that reads handwritten digits.

python examples/mnist.py                       # the 8×8 digits that scikit-learn brings
python examples/mnist.py --folder data/mnist   # MNIST itself, from its four idx files
"""

import argparse
from collections.abc import Callable

from smelt import Tensor, jit, nn


class Network:
    """Two convolutions, each followed by a pooling that halves the image, and a linear layer."""

    def __init__(self, size: int) -> None:
        self.layers: list[Callable[[Tensor], Tensor]] = [
            nn.Conv2d(1, 16, 3, padding=1),
            Tensor.relu,
            Tensor.max_pool2d,
            nn.Conv2d(16, 32, 3, padding=1),
            nn.BatchNorm(32),
            Tensor.relu,
            Tensor.max_pool2d,
            lambda x: x.flatten(1).dropout(0.2),
            nn.Linear(32 * (size // 4) ** 2, 10),
        ]

    def __call__(self, x: Tensor) -> Tensor:
        return x.sequential(self.layers)


def load(folder: str | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images (N, 1, H, H) from 0 to 1 and labels (N,), for training and for the test."""
    if folder is None:
        x_train, y_train, x_test, y_test = (Tensor(a) for a in nn.datasets.digits())
        return x_train, y_train, x_test, y_test
    x_train, y_train, x_test, y_test = nn.datasets.mnist(folder=folder)
    return x_train.float() / 255, y_train.int(), x_test.float() / 255, y_test.int()


def main(folder: str | None = None, steps: int = 200, batch_size: int = 64) -> float:
    Tensor.manual_seed(0)
    x_train, y_train, x_test, y_test = load(folder)
    model = Network(size=int(x_train.shape[-1]))
    optimizer = nn.optim.Adam(nn.state.get_parameters(model), lr=0.005)

    @jit
    @Tensor.train()  # dropout drops, and batch norm takes the batch's own statistics
    def step() -> Tensor:
        # Drawn inside: the state of the random numbers is state of the captured step like weights.
        chosen = Tensor.randint(batch_size, high=len(x_train))
        optimizer.zero_grad()
        loss = model(x_train[chosen]).cross_entropy(y_train[chosen])
        loss.backward()
        optimizer.step()
        return loss

    @jit
    def accuracy() -> Tensor:
        return (model(x_test).argmax(-1) == y_test).float().mean()

    for i in range(1, steps + 1):
        loss = step()
        if i % 50 == 0:
            print(f"step {i:4}  loss {loss.item():.3f}  test {accuracy().item():.1%}")
    return float(accuracy().item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", help="where MNIST's files are")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=64)
    main(**vars(parser.parse_args()))
