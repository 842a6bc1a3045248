"""Layers that are methods, Sequential and Module, against PyTorch's."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor, nn
from smelt.nn import stateless
from smelt.util.errors import ArgumentError, ShapeError

X2, X3, X4, X5 = (2, 6), (2, 4, 6), (2, 4, 6, 5), (1, 2, 4, 3, 4)

# A layer, its arguments, the shape of what it is called on.
LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("CELU", (0.5,), {}, X2),
    ("ELU", (2.0, True), {}, X2),
    ("GELU", ("tanh",), {}, X2),
    ("GLU", (1,), {}, X2),
    ("Hardshrink", (), {}, X2),
    ("Hardsigmoid", (), {}, X2),
    ("Hardswish", (True,), {}, X2),
    ("Hardtanh", (-0.5, 0.25), {}, X2),
    ("Identity", (3,), {"any": 4}, X2),
    ("LeakyReLU", (0.2, True), {}, X2),
    ("LogSigmoid", (), {}, X2),
    ("LogSoftmax", (1,), {}, X2),
    ("Mish", (), {}, X2),
    ("PReLU", (4,), {}, X3),
    ("ReLU", (True,), {}, X2),
    ("ReLU6", (), {}, X2),
    ("SELU", (), {}, X2),
    ("SiLU", (), {}, X2),
    ("Sigmoid", (), {}, X2),
    ("Softmax", (), {"dim": 0}, X2),
    ("Softmin", (1,), {}, X2),
    ("Softplus", (2.0,), {}, X2),
    ("Softshrink", (0.25,), {}, X2),
    ("Softsign", (), {}, X2),
    ("Tanh", (), {}, X2),
    ("Tanhshrink", (), {}, X2),
    ("Threshold", (0.1, -2.0), {}, X2),
    ("Flatten", (), {}, X4),
    ("Unflatten", (1, (2, 2)), {}, X3),
    ("PixelShuffle", (2,), {}, X4),
    ("PixelUnshuffle", (2,), {}, (1, 2, 4, 6)),
    ("Fold", ((4, 4), (2, 2)), {"stride": 2}, (1, 8, 4)),
    ("Unfold", (3,), {"padding": 1}, X4),
    ("Upsample", (), {"scale_factor": 2}, X4),
    ("Upsample", ((7, 9), None, "bilinear", True), {}, X4),
    ("UpsamplingNearest2d", (), {"scale_factor": 2}, X4),
    ("UpsamplingBilinear2d", (7,), {}, X4),
    ("MaxPool1d", (3, 2, 1), {}, X3),
    ("MaxPool2d", (3, 2, 1, 2), {"ceil_mode": True}, (2, 4, 9, 9)),
    ("MaxPool2d", (2, None, 0, 1, True), {}, X4),
    ("MaxPool3d", (2,), {}, X5),
    ("AvgPool1d", (3, 2, 1, False, False), {}, X3),
    ("AvgPool2d", ((2, 3),), {"divisor_override": 4}, X4),
    ("AvgPool3d", (2, 1), {}, X5),
    ("LPPool1d", (2, 3), {}, X3),
    ("LPPool2d", (3.0, 2, 1), {}, X4),
    ("AdaptiveAvgPool1d", (3,), {}, X3),
    ("AdaptiveAvgPool2d", ((1, None),), {}, X4),
    ("AdaptiveAvgPool3d", (2,), {}, X5),
    ("AdaptiveMaxPool1d", (3,), {}, X3),
    ("AdaptiveMaxPool2d", ((3, 5), True), {}, X4),
    ("AdaptiveMaxPool3d", (1,), {}, X5),
    ("LocalResponseNorm", (2,), {}, X4),
    ("CircularPad1d", (2,), {}, X3),
    ("ConstantPad2d", ((1, 2, 0, 1), 0.5), {}, X4),
    ("ReflectionPad2d", (2,), {}, X4),
    ("ReplicationPad3d", (1,), {}, X5),
    ("ZeroPad2d", ((1, -1, 2, 0),), {}, X4),
]
# A loss, its arguments, and what its inputs are like: c for classes, p for probabilities, s for 1
# or -1, x for anything.
LOSSES: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("BCELoss", (), {}, "pp"),
    ("BCEWithLogitsLoss", (), {"reduction": "sum"}, "xp"),
    ("CosineEmbeddingLoss", (0.1,), {}, "xxv"),
    ("CrossEntropyLoss", (), {"label_smoothing": 0.1, "ignore_index": 1}, "xc"),
    ("GaussianNLLLoss", (), {"full": True}, "xxp"),
    ("HingeEmbeddingLoss", (), {}, "xs"),
    ("HuberLoss", ("sum", 0.5), {}, "xx"),
    ("KLDivLoss", (), {"reduction": "batchmean"}, "xp"),
    ("L1Loss", (), {}, "xx"),
    ("MSELoss", (), {"reduction": "none"}, "xx"),
    ("MarginRankingLoss", (0.2,), {}, "xxs"),
    ("NLLLoss", (), {}, "xc"),
    ("PoissonNLLLoss", (), {"full": True}, "xp"),
    ("SmoothL1Loss", (), {"beta": 0.5}, "xx"),
    ("SoftMarginLoss", (), {}, "xs"),
    ("TripletMarginLoss", (2.0,), {"swap": True}, "xxx"),
    ("CosineSimilarity", (), {}, "xx"),
    ("PairwiseDistance", (1.0,), {"keepdim": True}, "xx"),
]


def agree(mine: Any, theirs: Any) -> None:
    for ours, other in zip(flat(mine), flat(theirs), strict=True):
        np.testing.assert_allclose(ours.numpy(), other.detach().numpy(), rtol=2e-5, atol=2e-6)


def flat(result: Any) -> list[Any]:
    return list(result) if isinstance(result, tuple) else [result]


@pytest.mark.parametrize(("name", "args", "options", "shape"), LAYERS)
def test_layer(name: str, args: Any, options: Any, shape: tuple[int, ...]) -> None:
    ours, theirs = getattr(nn, name)(*args, **options), getattr(torch.nn, name)(*args, **options)
    x = np.random.default_rng(3).normal(size=shape).astype(np.float32)
    agree(ours(Tensor(x)), theirs(torch.tensor(x)))
    assert set(nn.state.get_state_dict(ours)) == set(theirs.state_dict())


@pytest.mark.parametrize(("name", "args", "options", "kinds"), LOSSES)
def test_loss(name: str, args: Any, options: Any, kinds: str) -> None:
    rng = np.random.default_rng(4)
    make = {
        "x": lambda: rng.normal(size=(3, 5)).astype(np.float32),
        "p": lambda: rng.uniform(0.05, 0.95, (3, 5)).astype(np.float32),
        "s": lambda: rng.choice([-1.0, 1.0], (3, 5)).astype(np.float32),
        "v": lambda: rng.choice([-1.0, 1.0], 3).astype(np.float32),
        "c": lambda: rng.integers(0, 5, 3),
    }
    inputs = [make[kind]() for kind in kinds]
    ours, theirs = getattr(nn, name)(*args, **options), getattr(torch.nn, name)(*args, **options)
    agree(ours(*map(Tensor, inputs)), theirs(*map(torch.tensor, inputs)))


def test_ctc_loss_unpooling_and_bilinear() -> None:
    rng = np.random.default_rng(5)
    logs = np.log(rng.dirichlet(np.ones(4), (6, 1))).astype(np.float32)  # (T, N, C)
    targets = np.array([[1, 3, 2]])
    agree(
        nn.CTCLoss()(Tensor(logs), Tensor(targets), Tensor([6]), Tensor([3])),
        torch.nn.CTCLoss()(
            torch.tensor(logs), torch.tensor(targets), torch.tensor([6]), torch.tensor([3])
        ),
    )
    x = rng.normal(size=(1, 2, 4, 4)).astype(np.float32)
    values, places = nn.MaxPool2d(2, return_indices=True)(Tensor(x))
    unpool = torch.nn.MaxUnpool2d(2)
    pooled = torch.nn.functional.max_pool2d(torch.tensor(x), 2, return_indices=True)
    agree(nn.MaxUnpool2d(2)(values, places), unpool(*pooled))
    ours, theirs = nn.Bilinear(3, 2, 4), torch.nn.Bilinear(3, 2, 4)
    nn.state.load_state_dict(ours, {k: Tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    a, b = rng.normal(size=(5, 3)).astype(np.float32), rng.normal(size=(5, 2)).astype(np.float32)
    agree(ours(Tensor(a), Tensor(b)), theirs(torch.tensor(a), torch.tensor(b)))


def test_every_layer_has_pytorchs_arguments() -> None:
    old = {"self", "size_average", "reduce", "device", "dtype", "min_value", "max_value"}
    for name, made in vars(stateless).items():
        if not isinstance(made, type) or made.__module__ != stateless.__name__ or name[0] == "_":
            continue
        if name in ("MethodLayer", "Identity", "PReLU", "Bilinear") or "Pad" in name:
            continue
        theirs = inspect.signature(getattr(torch.nn, name).__init__).parameters
        wanted = [n for n, p in theirs.items() if n not in old and p.kind != p.VAR_POSITIONAL]
        ours = list(inspect.signature(made).parameters)
        assert [n for n in wanted if n != "kwargs"] == ours, name


def test_layers_say_what_they_are_and_what_is_wrong() -> None:
    assert repr(nn.Dropout(0.25)) == "Dropout(p=0.25, inplace=False)"
    assert repr(nn.Tanh()) == "Tanh()"
    with pytest.raises(TypeError, match="MaxPool2d: missing a required argument: 'kernel_size'"):
        nn.MaxPool2d()
    with pytest.raises(ArgumentError, match=r"ZeroPad2d: got padding=\(1, 2\)"):
        nn.ZeroPad2d((1, 2))


def test_weights_of_classes_are_in_the_state_but_not_trained() -> None:
    weight = Tensor([1.0, 2.0, 3.0])
    loss = nn.CrossEntropyLoss(weight)
    assert list(nn.state.get_state_dict(loss)) == ["weight"]
    assert nn.state.get_parameters(loss) == []
    assert nn.state.get_parameters([weight]) == [weight]


def test_dropout_layers_drop_while_training() -> None:
    x = Tensor.ones(2, 8, 4, 4)
    for layer in (nn.Dropout(0.5), nn.Dropout2d(0.5), nn.Dropout1d(0.5), nn.Dropout3d(0.5)):
        x = x if not isinstance(layer, nn.Dropout1d) else x[0]
        assert (layer(x) == x).all().item()
        with Tensor.train():
            assert set(layer(x).flatten().tolist()) == {0.0, 2.0}
        x = Tensor.ones(2, 8, 4, 4)


# ---- Sequential and Module -----------------------------------------------------------------------


def both(kind: Any) -> Any:
    """The same model of either library's nn."""
    return kind.Sequential(
        kind.Conv2d(1, 2, 3),
        kind.BatchNorm2d(2),
        kind.ReLU(inplace=True),
        kind.Sequential(kind.MaxPool2d(2), kind.Flatten()),
        kind.Linear(8, 3),
    )


def test_a_sequential_model_is_pytorchs() -> None:
    ours, theirs = both(nn), both(torch.nn)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    keys = ours.load_state_dict({k: Tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    assert keys == ([], [])
    x = np.random.default_rng(6).normal(size=(2, 1, 6, 6)).astype(np.float32)
    for mode in (True, False):
        assert ours.train(mode) is ours
        theirs.train(mode)
        agree(ours(Tensor(x)), theirs(torch.tensor(x)))
    agree(ours[1].running_mean, theirs[1].running_mean)
    assert [p.shape for p in ours.parameters()] == [tuple(p.shape) for p in theirs.parameters()]
    assert isinstance(ours[:2], nn.Sequential) and len(ours[:2]) == 2
    names = [name for name, _ in theirs.named_modules()]
    assert [name for name, _ in ours.named_modules()] == names


def test_names_of_a_sequential_model() -> None:
    layers = [("first", nn.Linear(2, 3)), ("act", nn.Tanh())]
    model = nn.Sequential(OrderedDict(layers))
    model.append(nn.Linear(3, 1))
    assert list(model.state_dict()) == ["first.weight", "first.bias", "2.weight", "2.bias"]
    assert model.act is layers[1][1] and model(Tensor.ones(4, 2)).shape == (4, 1)
    with pytest.raises(AttributeError, match="'Sequential' object has no attribute 'last'"):
        _ = model.last


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(4, 4) for _ in range(2)])
        self.heads = nn.ModuleDict({"a": nn.Linear(4, 1)})
        self.scale = nn.Parameter(Tensor.ones(1))
        self.drop = nn.Dropout(0.5)
        self.register_buffer("offset", Tensor.zeros(1))

    def forward(self, x: Tensor, head: str = "a") -> Any:
        for block in self.blocks:
            x = self.drop(block(x).tanh())
        return self.heads[head](x) * self.scale + self.offset


def test_a_module_has_a_mode_and_parameters_of_its_own() -> None:
    Tensor.manual_seed(0)
    model = Net()
    assert model.training is True
    x = Tensor.ones(64, 4)
    first, second = model(x).tolist(), model(x).tolist()
    assert first != second, "it drops"
    model.eval()
    assert model(x).tolist() == model(x).tolist()
    with Tensor.train():
        assert model(x).tolist() == model.eval()(x).tolist()
    assert {"offset", "scale", "blocks.1.bias", "heads.a.weight"} < set(model.state_dict())
    trained = dict(model.named_parameters())
    assert "offset" not in trained and len(trained) == 7
    assert len(list(model.parameters())) == 7
    assert [p.shape for p in model.parameters(recurse=False)] == [(1,)]
    children = [name for name, _ in model.named_children()]
    assert children == ["blocks", "heads", "drop"]
    model.requires_grad_(False)
    assert list(model.parameters()) == []


def test_a_module_trains_in_a_captured_step() -> None:
    Tensor.manual_seed(1)
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Dropout(0.0), nn.Linear(16, 1)).train()
    optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.MSELoss()
    x = Tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = Tensor([[0.0], [1], [1], [0]])

    @smelt.jit
    def step() -> Tensor:
        optimizer.zero_grad()
        loss: Tensor = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(150):
        loss = step()
    assert loss.item() < 0.02
    for p in model.parameters():
        assert p.grad is not None
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


class Dropping(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Dropout(0.5)])

    def forward(self, x: Tensor) -> Any:
        return self.layers[0](x)


@pytest.mark.parametrize("kind", [Dropping, lambda: nn.Sequential(nn.Dropout(0.5))])
def test_a_change_of_mode_is_seen_by_a_captured_step(kind: Any) -> None:
    model: Any = kind().train()
    step = smelt.jit(lambda x: model(x))
    x = Tensor.ones(100)
    assert 0.0 in step(x).tolist() and 0.0 in step(x).tolist()
    model.eval()
    assert step(x).tolist() == x.tolist()


def test_modules_move_and_change_their_dtype() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    model.to("PYTHON").half()
    own = model.state_dict()
    assert {t.device for t in own.values()} == {"PYTHON"}
    assert own["0.weight"].dtype.name == own["1.running_var"].dtype.name == "float16"
    assert own["1.num_batches_tracked"].dtype.name == "int64"
    assert own["0.weight"].requires_grad
    assert model.float().cpu()(Tensor.ones(3, 2)).dtype.name == "float32"


def test_a_module_without_forward() -> None:
    with pytest.raises(ArgumentError, match="Module: got no forward"):
        nn.Module()(1)
    with pytest.raises(ShapeError):
        nn.Sequential(nn.Linear(2, 3))(Tensor.ones(4))
