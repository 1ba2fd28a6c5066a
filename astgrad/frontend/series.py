"""Polynomials as objects: np.poly1d, and the classes of np.polynomial."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Partial
from astgrad.rules.polynomials import series_at

VALUE: dict[Any, Any] = {
    polynomial.Polynomial: polynomial.polyval, chebyshev.Chebyshev: chebyshev.chebval,
    legendre.Legendre: legendre.legval, hermite.Hermite: hermite.hermval,
    hermite_e.HermiteE: hermite_e.hermeval, laguerre.Laguerre: laguerre.lagval,
}


def series(cls: Any) -> Any:
    """The handler of a class: a series is the function that gives its values."""
    def handler(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: gast.AST
                ) -> Any:
        if len(args) != 1 or keywords:
            raise lo.refuse(node, f"np.polynomial.{cls.__name__} with more than coefficients",
                            "map x to the window before, and leave out domain=")
        return Partial(lo.known(VALUE[cls]), (), (("c", args[0]),))

    return handler


def poly1d(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: gast.AST) -> Any:
    if len(args) > 1 or keywords:
        raise lo.refuse(node, "np.poly1d of roots", "use np.poly1d(np.poly(roots))")
    return Partial(lo.known(np.polyval), args, ())


def series_outside(lo: Lowering, target: Any) -> Partial | None:
    """What a polynomial that was made outside the function stands for."""
    if isinstance(target, np.poly1d):
        return Partial(lo.known(np.polyval), (lo.known(target.coeffs),), ())
    value = VALUE.get(type(target))
    if value is None:
        return None
    shift, scale = target.mapparms()
    given = (value, target.coef, float(shift), float(scale))
    return Partial(lo.known(series_at), tuple(lo.known(part) for part in given), ())
