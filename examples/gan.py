"""Two networks in a contest: one forges points on a ring, the other tells them from real ones.

python examples/gan.py
"""

import argparse
import math
from itertools import pairwise

from smelt import Tensor, jit, nn

NOISE = 8


class Perceptron:
    """Linear layers with leaky ReLUs in between."""

    def __init__(self, *sizes: int) -> None:
        self.layers = [nn.Linear(n, m) for n, m in pairwise(sizes)]

    def __call__(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = layer(x).leaky_relu(0.2)
        return self.layers[-1](x)


def ring(count: int) -> Tensor:
    """Points (count, 2) near the circle of radius 1."""
    angle = Tensor.rand(count, 1) * (2 * math.pi)
    radius = 1 + 0.05 * Tensor.randn(count, 1)
    return Tensor.cat(angle.cos(), angle.sin(), dim=1) * radius


def main(steps: int = 1200, batch_size: int = 128) -> tuple[float, float]:
    Tensor.manual_seed(1)
    generator, critic = Perceptron(NOISE, 64, 64, 2), Perceptron(2, 64, 64, 1)
    forge = nn.optim.Adam(nn.state.get_parameters(generator), lr=1e-3, b1=0.5)
    judge = nn.optim.Adam(nn.state.get_parameters(critic), lr=1e-3, b1=0.5)
    real, forged = Tensor.ones(batch_size, 1), Tensor.zeros(batch_size, 1)

    @jit
    def step() -> tuple[Tensor, Tensor]:
        # The critic learns; detach() keeps its gradient away from the generator.
        points = generator(Tensor.randn(batch_size, NOISE))
        judge.zero_grad()
        verdict = critic(ring(batch_size)).binary_crossentropy_logits(real)
        verdict = verdict + critic(points.detach()).binary_crossentropy_logits(forged)
        verdict.backward()
        judge.step()

        # The generator learns to be taken for real by the critic, as it is now.
        forge.zero_grad()
        fooled = critic(points).binary_crossentropy_logits(real)
        fooled.backward()
        forge.step()
        return verdict, fooled

    for i in range(1, steps + 1):
        verdict, fooled = step()
        if i % 200 == 0:
            print(f"step {i:5}  critic {verdict.item():.3f}  generator {fooled.item():.3f}")

    points = generator(Tensor.randn(2000, NOISE))
    distance = (points.square().sum(1).sqrt() - 1).abs().mean()
    # How much of the circle is reached: the share of 16 sectors that hold 1% of the points or more.
    sector = ((points[:, 1].atan2(points[:, 0]) / (2 * math.pi) + 0.5) * 16).int().clip(0, 15)
    covered = (sector.one_hot(16).float().mean(0) > 0.01).float().mean()
    print(f"mean distance from the circle {distance.item():.3f}, {covered.item():.0%} covered")
    return float(distance.item()), float(covered.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--batch-size", type=int, default=128)
    main(**vars(parser.parse_args()))
