"""An LSTM that adds up the two marked numbers of a sequence, wherever they are.

python examples/lstm.py

Task: S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, 1997, experiment 4.
"""

import argparse

from smelt import Tensor, jit, nn

LENGTH = 12


def sums(count: int) -> tuple[Tensor, Tensor]:
    """Sequences (count, LENGTH, 2) of numbers and marks, and the sums of the marked (count,)."""
    numbers = Tensor.rand(count, LENGTH)
    half = LENGTH // 2  # one mark in each half
    marks = Tensor.cat(
        Tensor.randint(count, high=half).one_hot(half),
        Tensor.randint(count, high=half).one_hot(half),
        dim=1,
    )
    return Tensor.stack(numbers, marks.float(), dim=-1), (numbers * marks).sum(1)


class Adder:
    def __init__(self, hidden: int = 32) -> None:
        self.lstm = nn.LSTM(2, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def __call__(self, x: Tensor) -> Tensor:
        states, _ = self.lstm(x)  # (B, T, hidden)
        return self.out(states[:, -1]).squeeze(-1)


def main(steps: int = 600, batch_size: int = 64) -> float:
    Tensor.manual_seed(0)
    model = Adder()
    optimizer = nn.optim.Adam(nn.state.get_parameters(model), lr=1e-2)
    schedule = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)

    @jit
    def step() -> Tensor:
        x, y = sums(batch_size)
        optimizer.zero_grad()
        loss = model(x).mse_loss(y)
        loss.backward()
        nn.utils.clip_grad_norm_(optimizer.params, 1.0)
        optimizer.step()
        return loss

    for i in range(1, steps + 1):
        loss = step()
        schedule.step()  # the learning rate is a tensor: the captured step reads the new one
        if i % 100 == 0:
            print(f"step {i:4}  mean square error {loss.item():.5f}")

    x, y = sums(1000)
    error = float(model(x).mse_loss(y).item())
    print(
        f"mean square error {error:.5f}; always guessing 1 has {(y - 1).square().mean().item():.5f}"
    )
    return error


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--batch-size", type=int, default=64)
    main(**vars(parser.parse_args()))
