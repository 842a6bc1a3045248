"""What every test and doctest gets: fresh flags, a cache folder of the session, golden files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from smelt.util import flags

GOLDEN = Path(__file__).parent / "tests" / "golden"

# "same" is what `make test` runs: the same examples each time, on machines as slow as they come.
# HYPOTHESIS_PROFILE=explore looks for new ones, nightly tries fifteen times as many.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.register_profile(
    "nightly", deadline=None, max_examples=1500, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    # Each worker of pytest-xdist has its share of the cores: threads that wait for one take long.
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        share = max(1, flags.usable_cores() // workers)
        os.environ.setdefault("SMELT_THREADS", str(share))
    if not hasattr(config, "workerinput"):  # the workers of pytest-xdist inherit the folder
        folder = tempfile.TemporaryDirectory(prefix="smelt-test-cache-", ignore_cleanup_errors=True)
        os.environ["SMELT_CACHE"] = folder.name
        config.add_cleanup(folder.cleanup)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # A trace looks through all objects of the process: those tests first, while there are few.
    items.sort(key=lambda item: item.path.name not in ("test_jit.py", "test_guards.py"))
    if config.getoption("--golden"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]


@pytest.fixture(autouse=True)
def fresh_flags(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Flags follow the environment that a test sets, and no Context outlives its test."""
    flags.reread()
    yield
    flags.reread()
    assert not flags.overrides(), "a Context was entered and never left"


@pytest.fixture(autouse=True)
def names_in_doctests(request: pytest.FixtureRequest, doctest_namespace: dict[str, object]) -> None:
    """Examples may use Tensor as it is."""
    if isinstance(request.node, pytest.DoctestItem):
        from smelt import Tensor

        doctest_namespace["Tensor"] = Tensor


@pytest.fixture(scope="session")
def opencl() -> None:
    """For a test that runs on the CL device: skips it where there is no driver."""
    from smelt.engine.device import missing

    reason = missing("CL")
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("kernels/relu.txt", text)`: text is what tests/golden/kernels/relu.txt holds."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"{path} is missing: `make golden` writes it"
        assert text == path.read_text(), f"differs from {path}: if it is meant, `make golden`"

    return check
