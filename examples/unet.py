"""A small U-Net that finds discs among noise, squares and shadows, pixel by pixel.

python examples/unet.py

Source: O. Ronneberger, P. Fischer, T. Brox: U-Net: Convolutional Networks for Biomedical Image
Segmentation, 2015.
"""

import argparse

from smelt import Tensor, jit, nn

SIZE = 24


def scenes(count: int) -> tuple[Tensor, Tensor]:
    """Images (count, 1, SIZE, SIZE) of a disc and a square, and where the disc is."""
    y, x = Tensor.arange(SIZE).reshape(SIZE, 1), Tensor.arange(SIZE)

    def anywhere() -> tuple[Tensor, Tensor]:
        """The distances of every pixel from a centre, down and across."""
        centre = Tensor.uniform(2, count, 1, 1, low=4, high=SIZE - 4)
        return (y - centre[0]).abs(), (x - centre[1]).abs()

    down, across = anywhere()
    disc = down.square() + across.square() < Tensor.uniform(count, 1, 1, low=8, high=25)
    down, across = anywhere()
    square = down.maximum(across) < Tensor.uniform(count, 1, 1, low=2, high=4)
    image = (disc | square).float() + 0.4 * Tensor.randn(count, SIZE, SIZE)
    return image.unsqueeze(1), disc.unsqueeze(1).float()


class Level:
    """A convolution of 5×5 pixels that keeps the size of the image."""

    def __init__(self, channels: int, to: int) -> None:
        self.conv = nn.Conv2d(channels, to, 5, padding=2)
        self.norm = nn.GroupNorm(4, to)

    def __call__(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x)).relu()


class UNet:
    """Down to a quarter of the size and up again, with a shortcut at each size."""

    def __init__(self, width: int = 8) -> None:
        self.down = [Level(1, width), Level(width, 2 * width)]
        self.bottom = Level(2 * width, 4 * width)
        self.grow = [
            nn.ConvTranspose2d(4 * width, 2 * width, 2, stride=2),
            nn.ConvTranspose2d(2 * width, width, 2, stride=2),
        ]
        self.up = [Level(4 * width, 2 * width), Level(2 * width, width)]
        self.out = nn.Conv2d(width, 1, 1)

    def __call__(self, x: Tensor) -> Tensor:
        shortcuts = []
        for level in self.down:
            x = level(x)
            shortcuts.append(x)
            x = x.max_pool2d(2)
        x = self.bottom(x)
        for grow, level in zip(self.grow, self.up, strict=True):
            x = level(grow(x).cat(shortcuts.pop(), dim=1))
        return self.out(x)


def main(steps: int = 150, batch_size: int = 16) -> float:
    Tensor.manual_seed(0)
    model = UNet()
    optimizer = nn.optim.AdamW(nn.state.get_parameters(model), lr=4e-3)

    @jit
    def step() -> Tensor:
        image, mask = scenes(batch_size)
        optimizer.zero_grad()
        loss = model(image).binary_crossentropy_logits(mask)
        loss.backward()
        optimizer.step()
        return loss

    for i in range(1, steps + 1):
        loss = step()
        if i % 25 == 0:
            print(f"step {i:4}  loss {loss.item():.4f}")

    image, mask = scenes(100)
    found, disc = model(image) > 0, mask.bool()
    overlap = float(((found & disc).sum() / (found | disc).sum()).item())
    print(f"intersection over union {overlap:.3f}")
    return overlap


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--batch-size", type=int, default=16)
    main(**vars(parser.parse_args()))
