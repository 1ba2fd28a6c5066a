"""Frozen distributions of SciPy: `norm(m, s).logpdf(x)` is `norm.logpdf(x, m, s)`."""

from __future__ import annotations

import sys
from typing import Any

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Known, Partial
from astgrad.rules import table


def is_law(target: Any) -> bool:
    """Whether this is a distribution of scipy.stats, to be called with its parameters."""
    return name_of(target) is not None


def name_of(target: Any) -> str | None:
    """The name of a distribution in scipy.stats: of one number, or of a vector."""
    stats = sys.modules.get("scipy.stats")
    if stats is None:
        return None
    if isinstance(target, stats.rv_continuous | stats.rv_discrete):
        return str(target.name)
    cls = type(target)
    of_vectors = cls.__module__ == "scipy.stats._multivariate" and cls.__name__.endswith("_gen")
    return cls.__name__.removesuffix("_gen") if of_vectors else None


def method_of(lo: Lowering, receiver: Any, name: str) -> Partial | None:
    """A method of a frozen distribution, its parameters given by name."""
    if not isinstance(receiver, Partial) or not isinstance(receiver.function, Known):
        return None
    law = receiver.function.value
    method = getattr(law, name, None) if is_law(law) else None
    row = table.resolve(method) if method is not None else None
    if row is None:
        return None
    text = f"scipy.stats.{name_of(law)}.{name}"
    given = dict(zip(row.params[1:], receiver.args, strict=False)) | dict(receiver.keywords)
    return Partial(Known(method, text), (), tuple(given.items()))


def frozen_outside(lo: Lowering, target: Any) -> Partial | None:
    """The same of a distribution that was frozen outside the function."""
    owner = getattr(target, "__self__", None)
    law: Any = getattr(owner, "dist", None) or getattr(owner, "_dist", None)
    name = name_of(law)
    if owner is None or name is None:
        return None
    law = getattr(sys.modules["scipy.stats"], name, law)
    if hasattr(owner, "dist"):
        args, keywords = owner.args, owner.kwds
    else:  # of a vector: its parameters are attributes
        row = table.resolve(getattr(law, target.__name__))
        params = row.params[1:] if row is not None else ()
        args, keywords = (), {p: getattr(owner, p) for p in params}
    given = Partial(Known(law), tuple(lo.known(arg) for arg in args),
                    tuple((k, lo.known(v)) for k, v in keywords.items()))
    return method_of(lo, given, target.__name__)
