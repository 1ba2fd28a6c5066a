"""Frozen distributions of SciPy: `norm(m, s).logpdf(x)` is `norm.logpdf(x, m, s)`."""

from __future__ import annotations

import sys
from typing import Any

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Known, Partial
from astgrad.rules import table


def is_law(target: Any) -> bool:
    """Whether this is a distribution of scipy.stats, to be called with its parameters."""
    stats = sys.modules.get("scipy.stats")
    return stats is not None and isinstance(target, stats.rv_continuous | stats.rv_discrete)


def method_of(lo: Lowering, receiver: Any, name: str) -> Partial | None:
    """A method of a frozen distribution, its parameters given by name."""
    if not isinstance(receiver, Partial) or not isinstance(receiver.function, Known):
        return None
    law = receiver.function.value
    method = getattr(law, name, None) if is_law(law) else None
    row = table.resolve(method) if method is not None else None
    if row is None:
        return None
    text = f"scipy.stats.{law.name}.{name}"
    given = dict(zip(row.params[1:], receiver.args, strict=False)) | dict(receiver.keywords)
    return Partial(Known(method, text), (), tuple(given.items()))


def frozen_outside(lo: Lowering, target: Any) -> Partial | None:
    """The same of a distribution that was frozen outside the function."""
    owner = getattr(target, "__self__", None)
    law: Any = getattr(owner, "dist", None)
    if owner is None or not is_law(law):
        return None
    law = getattr(sys.modules["scipy.stats"], law.name, law)
    args = tuple(lo.known(arg) for arg in owner.args)
    keywords = tuple((k, lo.known(v)) for k, v in owner.kwds.items())
    return method_of(lo, Partial(Known(law), args, keywords), target.__name__)
