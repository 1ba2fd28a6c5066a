"""Whether an array is known to lie in C order: it decides whether `reshape` and `ravel`
give a view.  None where it is not known, False where it is known not to be.
"""

from __future__ import annotations

from astgrad.analysis.infer import BROADCASTING
from astgrad.frontend.lower import Lowering
from astgrad.ir.core import Arg, Var
from astgrad.ir.sizes import fact_of_arg

FRESH = frozenset(
    "np.zeros np.ones np.empty np.full np.eye np.identity .copy() np.outer np.array "
    "np.arange np.linspace np.diag .flatten() np.indices".split()
)
LIKE = frozenset(
    "setitem index_add add_at setitem_in index_add_in np.zeros_like np.ones_like "
    "np.empty_like np.full_like".split()
)


def c_order(lo: Lowering, arg: Arg) -> bool | None:
    """Whether the value of a fresh array is in C order."""
    fact = fact_of_arg(arg)
    if fact.kind != "array" or fact.rank in (0, 1):
        return True
    if not isinstance(arg, Var):
        return None
    if arg in lo.layouts:
        return lo.layouts[arg]
    made = lo.build.made.get(arg)
    if made is None:
        return None
    name = made.rule.name
    known: bool | None = None
    if name in FRESH:
        known = True
    elif name in LIKE:
        known = c_order(lo, made.args[0])
    elif made.rule.kind == "elementwise" or name in BROADCASTING:
        known = all(c_order(lo, a) for a in made.args) or None
    lo.layouts[arg] = known
    return known
