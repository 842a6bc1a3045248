"""A variational autoencoder of handwritten digits: 64 pixels through 8 numbers and back.

python examples/vae.py

Formula: D. Kingma, M. Welling: Auto-Encoding Variational Bayes, 2013.
"""

import argparse

from smelt import Tensor, jit, nn

PIXELS, LATENT = 64, 8


class Autoencoder:
    """The encoder gives a normal distribution over codes, the decoder an image for a code."""

    def __init__(self, hidden: int = 128) -> None:
        self.encode = nn.Linear(PIXELS, hidden)
        self.mean = nn.Linear(hidden, LATENT)
        self.log_var = nn.Linear(hidden, LATENT)
        self.grow, self.paint = nn.Linear(LATENT, hidden), nn.Linear(hidden, PIXELS)

    def __call__(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the image, and the mean and logarithmic variance of its code."""
        h = self.encode(x).relu()
        mean, log_var = self.mean(h), self.log_var(h)
        # mean + std * noise: drawn so that gradients flow to both.
        code = mean + (log_var / 2).exp() * mean.randn_like()
        return self.images(code), mean, log_var

    def images(self, code: Tensor) -> Tensor:
        return self.paint(self.grow(code).relu())


def negative_elbo(x: Tensor, logits: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """What it costs to describe an image, in nats: its code, and its pixels given the code."""
    pixels = logits.binary_crossentropy_logits(x, reduction="sum")
    code = 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum()
    return (pixels + code) / len(x)


def picture(image: Tensor) -> str:
    """An 8×8 image in characters."""
    return "\n".join(
        "".join(" .:*#"[min(4, int(p * 5))] * 2 for p in row) for row in image.tolist()
    )


def main(steps: int = 600, batch_size: int = 128) -> tuple[float, float]:
    Tensor.manual_seed(0)
    x_train, _, x_test, _ = nn.datasets.digits()
    train, test = Tensor(x_train).flatten(1), Tensor(x_test).flatten(1)
    model = Autoencoder()
    optimizer = nn.optim.Adam(nn.state.get_parameters(model), lr=2e-3)

    @jit
    def step() -> Tensor:
        batch = train[Tensor.randint(batch_size, high=len(train))]
        optimizer.zero_grad()
        loss = negative_elbo(batch, *model(batch))
        loss.backward()
        optimizer.step()
        return loss

    before = float(negative_elbo(test, *model(test)).item())
    for i in range(1, steps + 1):
        loss = step()
        if i % 100 == 0:
            print(f"step {i:4}  {loss.item():.2f} nats")
    after = float(negative_elbo(test, *model(test)).item())
    print(f"test images: {before:.2f} nats before, {after:.2f} after; one that never was:")
    print(picture(model.images(Tensor.randn(1, LATENT)).sigmoid().reshape(8, 8)))
    return before, after


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--batch-size", type=int, default=128)
    main(**vars(parser.parse_args()))
