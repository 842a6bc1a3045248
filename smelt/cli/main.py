"""`smelt`: the command line. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from smelt.cli.bench.options import add_options
from smelt.util.errors import SmeltError

INTERRUPTED = 130


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


# argparse puts these names into its message: `invalid integer above 0 value: '-3'`
_positive.__name__ = "integer above 0"
_natural.__name__ = "integer from 0"


def _demo(arguments: argparse.Namespace) -> int:
    from smelt.cli.demo import run_demo

    run_demo(arguments.epochs, arguments.batch_size, arguments.seed, arguments.out)
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from smelt.cli import doctor

    return doctor.print_flags() if arguments.flags else doctor.run_doctor()


def _bench(arguments: argparse.Namespace) -> int:
    from smelt.cli.bench.run import run

    return run(arguments)


def _explain(arguments: argparse.Namespace) -> int:
    from smelt.cli.explain import run

    return run(arguments)


def _tune(arguments: argparse.Namespace) -> int:
    from smelt.cli.tune import run

    return run(arguments)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="smelt", description="Lazy tensors, fused to machine code.")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")

    demo = commands.add_parser("demo", help="train a convolutional network on handwritten digits")
    demo.add_argument("--epochs", type=_positive, default=10, help="passes over the data")
    demo.add_argument("--batch-size", type=_positive, default=64, help="images in one step")
    demo.add_argument("--seed", type=_natural, default=0, help="of weights, order and dropout")
    demo.add_argument("--out", type=Path, default=Path("out"), help="folder for weights and PNG")
    demo.set_defaults(run=_demo)

    doctor = commands.add_parser("doctor", help="what smelt found on this machine, what is missing")
    doctor.add_argument("--flags", action="store_true", help="list every environment variable")
    doctor.set_defaults(run=_doctor)

    bench = commands.add_parser("bench", help="how fast smelt is here, beside numpy and the limit")
    add_options(bench)
    bench.set_defaults(run=_bench)

    about = "run a script: the kernels furthest from the machine's limit, and why they are"
    explain = commands.add_parser("explain", help=about, description=about)
    explain.add_argument("--top", type=_positive, default=8, help="how many kernels; 8")
    explain.add_argument("--json", type=Path, metavar="FILE", help="for all that was found")
    explain.add_argument("-m", action="store_true", dest="module", help="SCRIPT is a module's name")
    explain.add_argument("script", metavar="SCRIPT", help="the program to run")
    explain.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="its own")
    explain.set_defaults(run=_explain)

    tune = commands.add_parser("tune", help="the plans that searches with BEAM=n have found")
    what = tune.add_subparsers(required=True, metavar="WHAT", dest="what", title="what to do")
    listed = what.add_parser("list", help="what was found on this machine")
    listed.add_argument("--all", action="store_true", help="and what is for other processors")
    out = what.add_parser("export", help="write all of it into a file, for other machines")
    out.add_argument("file", type=Path, help="JSON; - for the standard output")
    new = what.add_parser("import", help="take in a file that `smelt tune export` wrote")
    new.add_argument("file", type=Path, help="JSON; - for the standard input")
    new.add_argument("--replace", action="store_true", help="also what a search here has found")
    what.add_parser("clear", help="remove all of it, damaged or not")
    tune.set_defaults(run=_tune)
    for command in (demo, doctor):
        command.formatter_class = argparse.ArgumentDefaultsHelpFormatter
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except SmeltError as error:
        print(f"smelt: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("smelt: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
