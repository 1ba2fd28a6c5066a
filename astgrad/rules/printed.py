"""Rows of the helpers that generated text may use, and the derivatives they have."""

from astgrad.ir.core import Arg
from astgrad.ir.fact import Fact, adjoint_fact
from astgrad.rules.table import elementwise, runtime
from astgrad.runtime import shapes, values


def _shape_of_x(g: Arg, x: Arg) -> Fact:
    from astgrad.analysis.infer import fact_of_arg

    like, have = fact_of_arg(x), fact_of_arg(g)
    dtype = have.dtype if have.kind != "number" else "float64"
    return Fact("array", dtype or "float64", adjoint_fact(like).shape)


def _like_list(items: Arg) -> Fact:
    from astgrad.analysis.infer import fact_of_arg

    return adjoint_fact(fact_of_arg(items))


# fmt: off
runtime(shapes.unbroadcast, "unbroadcast(g_, x)", alias="g_?", fact=_shape_of_x, g_="expand_to(g, g_)")
runtime(shapes.expand_to, "expand_to(g_, x)", alias="g_!", fact=_shape_of_x, g_="unbroadcast(g, g_)")
runtime(shapes.count_along, "count_along(x, axis)")
runtime(shapes.inverse_axes, "inverse_axes(axes)")
runtime(shapes.project, "project(g_, x)", fact=_shape_of_x, g_="project(g, g_)")
runtime(shapes.zeros_list, "zeros_list(items)", fact=_like_list)
runtime(shapes.last_stored, "last_stored(index, shape)")
# fmt: on
for function in (values.safe_divide, values.share, values.log_of_base, values.power_slope,
                 values.share_exp, values.inside, values.below, values.above):
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    row = elementwise(f"{function.__name__}({', '.join(names)})")
    row.evaluate = function
runtime(values.ties, "ties(x, best, axis)")
