"""Computes every coefficient in smelt/render/transcendental.py and smelt/ir/accurate.py.

    python tools/fit_polynomials.py             print the tables, each with its relative error
    python tools/fit_polynomials.py sin         print only the tables whose name contains "sin"

Each row of FITS names a function g and an interval; the fit is the polynomial p whose
weighted error (g - p) * weight is least, in 50 digits. Coefficients are then rounded to the float
format, lowest power first, and the others fitted again, so that they make up for the rounding.
The result is the same on every machine. Needs mpmath.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import mpmath
import numpy as np
from mpmath import mpf

mpmath.mp.dps = 50
Function = Callable[[mpf], mpf]


@dataclass(frozen=True)
class Fit:
    """One table: p(x) close to g(x), for x in [low, high]."""

    name: str
    g: Function
    weight: Function  # error of the finished function relative to its value, for an error of 1 in p
    low: mpf
    high: mpf
    coefficients: int
    bits: int  # precision of the float format, 24 or 53


def least_squares(g: Function, weight: Function, powers: range, low: mpf, high: mpf) -> list[mpf]:
    """The coefficients of x ** power that make the weighted squares of g - p least.

    They are summed over Chebyshev nodes, which brings the largest error, too, within a factor of
    about 1.5 of the least possible, and works for any powers where an exchange algorithm does not.
    """
    count = 4 * len(powers) + 20
    angles = [mpmath.pi * (i + mpf(1) / 2) / count for i in range(count)]
    nodes = [(low + high) / 2 - (high - low) / 2 * mpmath.cos(angle) for angle in angles]
    rows = [[weight(x) * x**k for k in powers] for x in nodes]
    a = mpmath.matrix(rows)
    b = mpmath.matrix([weight(x) * g(x) for x in nodes])
    return list(mpmath.lu_solve(a.T * a, a.T * b))


def round_to(x: mpf, bits: int) -> float:
    """x as the nearest float of that precision."""
    return float(np.float32(float(x))) if bits == 24 else float(x)


def fit(row: Fit) -> tuple[list[float], mpf]:
    """Coefficients of a row, lowest power first, as floats, and their largest weighted error."""
    fixed: list[float] = []

    def rest(x: mpf) -> mpf:
        return row.g(x) - sum(mpf(c) * x**k for k, c in enumerate(fixed))

    while len(fixed) < row.coefficients:
        powers = range(len(fixed), row.coefficients)
        free = least_squares(rest, row.weight, powers, row.low, row.high)
        # only the first few are large enough for their rounding to be worth making up for
        fixed += [round_to(c, row.bits) for c in (free[:1] if len(fixed) < 4 else free)]
    return fixed, largest_error(row, fixed)


def largest_error(row: Fit, coefficients: Sequence[float]) -> mpf:
    """The largest weighted error of these coefficients for that row."""

    def error(x: mpf) -> mpf:
        return (row.g(x) - mpmath.polyval([mpf(c) for c in coefficients[::-1]], x)) * row.weight(x)

    return max(abs(error(row.low + (row.high - row.low) * i / 199)) for i in range(200))


def series(terms: Callable[[int], mpf]) -> Function:
    """The sum of terms(k) * x ** k: how a function is written where its formula would cancel."""
    return lambda x: mpmath.fsum(terms(k) * x**k for k in range(120))


LN2 = mpmath.log(2)
PI = mpmath.pi
exp2_tail = series(lambda k: LN2 ** (k + 1) / mpmath.factorial(k + 1))
expm1_tail = series(lambda k: 1 / mpmath.factorial(k + 2))
log2_tail = series(lambda k: (-1) ** k / ((k + 1) * LN2))  # log2(1 + f) / f
sin_tail = series(lambda k: (-1) ** (k + 1) / mpmath.factorial(2 * k + 3))


def log1p_tail(x: mpf) -> mpf:
    """(log(1 + x) / x - 1) / x."""
    return (mpmath.log1p(x) / x - 1) / x if x > mpf("1e-20") else mpf(-1) / 2


def atan_tail(z: mpf) -> mpf:
    """(atan(x) / x - 1) / x**2, for z = x**2."""
    if z < mpf("1e-12"):
        return mpf(-1) / 3 + z / 5
    x = mpmath.sqrt(z)
    return (mpmath.atan(x) / x - 1) / z


def log_erfc(a: mpf) -> mpf:
    """-log(erfc(a)) / a - 1."""
    return (-mpmath.log(mpmath.erfc(a)) / a if a else 2 / mpmath.sqrt(PI)) - 1


def normal_tail(u: mpf) -> mpf:
    """The normal share below -a, times exp(a**2 / 2) (a + 4), for u = a / (a + 4)."""
    a = 4 * u / (1 - u)
    return mpmath.erfc(a / mpmath.sqrt(2)) * mpmath.exp(a * a / 2) * (a + 4) / 2


def single_tail_weight(u: mpf) -> mpf:
    """Its relative error counts less beyond a = 6, where the share is below 1e-9."""
    return mpf(2) ** min((6 - 4 * u / (1 - u)) / 4, mpf(0)) / normal_tail(u)


def _rows(bits: int) -> list[Fit]:
    single = bits == 24
    name = "float32" if single else "float64"
    turn = (PI * mpf("0.5625")) ** 2  # see the reduction there
    return [
        Fit(f"exp2 {name}", exp2_tail, lambda f: f / 2**f, mpf("-0.5"), mpf("0.5"),
            6 if single else 11, bits),
        Fit(f"log2 {name}", lambda f: log2_tail(f) - 1, lambda f: 1 / log2_tail(f),
            mpf("-0.29290"), mpf("0.41422"), 10 if single else 21, bits),
        Fit(f"sin {name}", sin_tail, lambda z: z / abs(1 + z * sin_tail(z)), mpf(0), turn,
            5 if single else 9, 53),  # both are computed in float64
        Fit(f"expm1 {name}", expm1_tail, lambda x: x / (1 + x * expm1_tail(x)),
            mpf("-0.347"), mpf("0.347"), 5 if single else 10, bits),
        Fit(f"atan {name}", atan_tail, lambda z: z / (1 + z * atan_tail(z)), mpf(0), mpf(1),
            12 if single else 23, bits),
        Fit(f"log_erfc {name}", log_erfc, lambda a: a * mpmath.erfc(a) / mpmath.erf(a) if a else 1,
            mpf(0), mpf(4 if single else 6), 9 if single else 26, bits),
        Fit(f"tail {name}", normal_tail, single_tail_weight if single else
            lambda u: 1 / normal_tail(u), mpf(0), 1 - 4 / mpf("18.5" if single else "44"),
            10 if single else 22, bits),
        Fit(f"log1p {name}", log1p_tail, lambda x: x / (1 + x * log1p_tail(x)), mpf(0), mpf(1),
            9 if single else 21, bits),
    ]  # fmt: skip


FITS = _rows(24) + _rows(53)
FITS.append(Fit("inverse float32", lambda d: 1 / d, lambda d: d, mpf(1), mpf(2), 4, 24))


def main(only: str = "") -> None:
    for row in FITS:
        if only not in row.name:
            continue
        coefficients, error = fit(row)
        print(f"# {row.name}: relative error 2 ** {float(mpmath.log(error, 2)):.1f}")
        for c in coefficients:
            print(f"    {c!r},")
    if only in "1/pi":
        with mpmath.workprec(1400):
            print(f"# 1/pi: 2 ** 1163 times it\n{int(mpmath.floor(2**1163 / mpmath.pi)):#x}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
