"""A residual network with batch normalisation, augmentation and a one-cycle schedule, on digits.

python examples/resnet.py

Source: K. He et al.: Deep Residual Learning for Image Recognition, 2015.
"""

import argparse

from smelt import Context, Tensor, jit, nn


class Block:
    """relu(x + f(x)), where f is two convolutions; stride 2 halves the image."""

    def __init__(self, channels: int, to: int, stride: int = 1) -> None:
        self.conv1 = nn.Conv2d(channels, to, 3, stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(to, to, 3, padding=1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(to), nn.BatchNorm2d(to)
        self.shortcut = nn.Conv2d(channels, to, 1, stride, bias=False) if channels != to else None

    def __call__(self, x: Tensor) -> Tensor:
        h = self.norm1(self.conv1(x)).relu()
        h = self.norm2(self.conv2(h))
        return (h + (x if self.shortcut is None else self.shortcut(x))).relu()


class ResNet:
    def __init__(self, width: int = 16, classes: int = 10) -> None:
        self.stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.blocks = [Block(width, width), Block(width, 2 * width, stride=2)]
        self.out = nn.Linear(2 * width, classes)

    def __call__(self, x: Tensor) -> Tensor:
        x = self.norm(self.stem(x)).relu()
        return self.out(x.sequential(self.blocks).mean((2, 3)))


def shifted(images: Tensor) -> Tensor:
    """Each image (1, 8, 8) moved by up to one pixel in both directions."""
    batch = len(images)
    rows, columns = Tensor.randint(2, batch, 1, 1, high=3)
    rows, columns = rows + Tensor.arange(8).reshape(8, 1), columns + Tensor.arange(8)
    return images.pad((1, 1, 1, 1))[Tensor.arange(batch).reshape(batch, 1, 1), 0, rows, columns]


def main(epochs: int = 8, batch_size: int = 64) -> float:
    Tensor.manual_seed(0)
    x_train, y_train, x_test, y_test = nn.datasets.digits()
    loader = nn.DataLoader((x_train, y_train), batch_size, shuffle=True, drop_last=True, seed=0)
    model = ResNet()
    optimizer = nn.optim.SGD(
        nn.state.get_parameters(model), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    schedule = nn.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.1, total_steps=epochs * len(loader)
    )

    @jit
    @Context(TRAINING=1)
    def step(x: Tensor, y: Tensor) -> Tensor:
        optimizer.zero_grad()
        loss = model(shifted(x).unsqueeze(1)).cross_entropy(y, label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        return loss

    @jit
    def accuracy(x: Tensor, y: Tensor) -> Tensor:
        return (model(x).argmax(-1) == y).float().mean()

    images, labels = Tensor(x_test), Tensor(y_test)
    for epoch in range(1, epochs + 1):
        for x, y in loader:
            loss = step(x, y)
            schedule.step()
        right = accuracy(images, labels).item()
        print(f"epoch {epoch}  loss {loss.item():.3f}  test {right:.1%}")
    return float(right)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=64)
    main(**vars(parser.parse_args()))
