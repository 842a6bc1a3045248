"""smelt beside its peers: `python -m benchmarks`, and `python -m benchmarks curves` for plots."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from smelt.cli.bench.options import add_options
from smelt.cli.bench.peers import Peer
from smelt.cli.bench.run import OWN, Peers, run


# Each imports its library when it is asked for: ImportError where that is missing.
def _torch() -> Peer:
    from benchmarks.torch_peer import Torch

    return Torch()


def _compile() -> Peer:
    from benchmarks.torch_peer import Compile

    return Compile()


def _jax() -> Peer:
    from benchmarks.jax_peer import Jax

    return Jax()


def _onnxruntime() -> Peer:
    from benchmarks.onnx_peer import OnnxRuntime

    return OnnxRuntime()


PEERS: Peers = {
    **OWN, "torch": _torch, "compile": _compile, "jax": _jax, "onnxruntime": _onnxruntime,
}  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Run the rows or the curves; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    if argv[:1] == ["curves"]:
        from benchmarks.curves import add_curve_options, draw

        add_curve_options(parser)
        return draw(parser.parse_args(argv[1:]), PEERS)
    add_options(parser, [name for name in PEERS if name != "smelt"])
    return run(parser.parse_args(argv), PEERS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
