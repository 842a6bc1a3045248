"""A diffusion model of two interleaved half-moons: noise becomes data, one small step at a time.

python examples/diffusion.py

Formula: J. Ho, A. Jain, P. Abbeel: Denoising Diffusion Probabilistic Models, 2020.
"""

import argparse
import math

from smelt import Tensor, jit, nn

STEPS = 50


def moons(count: int) -> Tensor:
    """Points (count, 2) on two half-circles, each around the end of the other."""
    angle = Tensor.rand(count) * math.pi
    upper = Tensor.randint(count, high=2) * 2 - 1  # 1: the upper one, -1: the lower one
    x = angle.cos() - upper * 0.5
    y = (angle.sin() - 0.25) * upper
    return Tensor.stack(x, y, dim=1) + 0.04 * Tensor.randn(count, 2)


class Denoiser:
    """Guesses the noise in a point from the point and how far along it is."""

    def __init__(self, hidden: int = 128) -> None:
        self.time = nn.Embedding(STEPS, hidden)
        self.point = nn.Linear(2, hidden)
        self.middle = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, 2)

    def __call__(self, x: Tensor, t: Tensor) -> Tensor:
        h = (self.point(x) + self.time(t)).silu()
        return self.out(h + self.middle(h).silu())


def main(steps: int = 1500, batch_size: int = 256) -> tuple[float, float]:
    Tensor.manual_seed(0)
    model = Denoiser()
    optimizer = nn.optim.Adam(nn.state.get_parameters(model), lr=2e-3)
    beta = Tensor.linspace(1e-3, 0.15, STEPS).realize()
    alpha = 1 - beta
    kept = alpha.cumprod(0).realize()  # the share of the data's variance that is left after t steps

    @jit
    def step() -> Tensor:
        t = Tensor.randint(batch_size, high=STEPS)
        noise = Tensor.randn(batch_size, 2)
        share = kept[t].unsqueeze(1)
        noisy = share.sqrt() * moons(batch_size) + (1 - share).sqrt() * noise
        optimizer.zero_grad()
        loss = model(noisy, t).mse_loss(noise)
        loss.backward()
        optimizer.step()
        return loss

    @jit
    def denoise(x: Tensor, t: Tensor) -> Tensor:
        """One step back: takes the guessed noise away, and adds a little of new noise."""
        guess = model(x, t.expand(len(x)))
        mean = (x - beta[t] / (1 - kept[t]).sqrt() * guess) / alpha[t].sqrt()
        return mean + (t > 0) * beta[t].sqrt() * Tensor.randn(*x.shape)

    total = Tensor(0.0)
    for i in range(1, steps + 1):
        total = total + step()
        if i % 250 == 0:
            print(f"step {i:5}  loss {total.item() / 250:.3f}")
            total = Tensor(0.0)

    x = Tensor.randn(1000, 2)
    for t in reversed(range(STEPS)):
        x = denoise(x, Tensor(t))
    real = moons(1000)
    # How far a made point is from the nearest real one, and a real one from the nearest made one.
    distance = (x.unsqueeze(1) - real).square().sum(-1).sqrt()  # (made, real)
    strange, missed = distance.min(1).mean().item(), distance.min(0).mean().item()
    print(f"made to real {strange:.3f}, real to made {missed:.3f}")
    return float(strange), float(missed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch-size", type=int, default=256)
    main(**vars(parser.parse_args()))
