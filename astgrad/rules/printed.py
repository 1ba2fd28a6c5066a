"""Rows of the helpers that generated text may use, and the derivatives they have."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from astgrad.ir.core import Arg
from astgrad.ir.fact import Fact, adjoint_fact, carried_adjoint
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules import facts
from astgrad.rules.table import ROWS, Row, elementwise, general, linear, runtime
from astgrad.runtime import gammas, hypergeometric, products, shapes, values
from astgrad.source import meaning


def _shape_of_x(g: Arg, x: Arg) -> Fact:
    like, have = fact_of_arg(x), fact_of_arg(g)
    if have.kind == "number":
        return Fact("array", carried_adjoint(have).dtype, adjoint_fact(like).shape)
    return Fact("array", have.dtype or "float64", adjoint_fact(like).shape)


def _adjoint_of_x(g: Arg, x: Arg, *_: Arg) -> Fact:
    return _shape_of_x(g, x)


def _adjoint_of_last(g: Arg, _: Arg, x: Arg) -> Fact:
    return _shape_of_x(g, x)


def _like_list(items: Arg) -> Fact:
    return adjoint_fact(fact_of_arg(items))


# fmt: off
linear("x", x="g", alias="x", cheap=True, name="same", fact=fact_of_arg)
runtime(shapes.unbroadcast, "unbroadcast(g_, x)", alias="g_?", fact=_shape_of_x, g_="unbroadcast(g, g_)")
runtime(shapes.expand_to, "expand_to(g_, x)", alias="g_!", fact=_shape_of_x, g_="unbroadcast(g, g_)")
runtime(shapes.count_along, "count_along(x, axis)")
runtime(shapes.inverse_axes, "inverse_axes(axes)")
runtime(shapes.project, "project(g_, x)", fact=_shape_of_x, g_="project(g, g_)")
runtime(shapes.add_trees, "add_trees(a, b)", fact=lambda a, b: _like_list(a), a="g", b="g")
runtime(shapes.add_lists, "add_lists(a, b)", fact=lambda a, _: _like_list(a), a="g", b="g")
runtime(shapes.zeros_list, "zeros_list(items)", fact=_like_list)
runtime(shapes.unwindow, "unwindow(g_, x, window, axis)", fact=_adjoint_of_x, g_="np.lib.stride_tricks.sliding_window_view(g, window, axis=axis)")
runtime(shapes.listed, "listed(g_, depth)", g_="np.array(g)")
runtime(shapes.split_like, "split_like(g_, arrays, axis)", g_="np.concatenate(g, axis=axis)").alias = "g_*"
runtime(shapes.unstack, "unstack(g_, arrays, axis)", g_="np.stack(g, axis=axis)").alias = "g_*"
runtime(shapes.undiagonal, "undiagonal(g_, x, offset, axis1, axis2)", fact=_adjoint_of_x,
        g_="unbroadcast(np.diagonal(g, offset=offset, axis1=axis1, axis2=axis2), g_)")
runtime(shapes.undiag, "undiag(g_, v, k)", fact=_adjoint_of_x, g_="np.diag(g, k=k)")
runtime(shapes.undiff_any, "undiff_any(g_, n, axis)", g_="np.diff(g, n=n, axis=axis)")
runtime(shapes.untile, "untile(g_, x, reps)", fact=_adjoint_of_x, g_="np.tile(g, reps)")
runtime(shapes.kept_places, "kept_places(n, places)", fact=facts.some_places)
runtime(shapes.inserted_places, "inserted_places(n, places, count)", fact=facts.some_places)
runtime(shapes.unique_places, "unique_places(x)", fact=facts.unique_places)
runtime(shapes.put_along, "put_along(g_, x, indices, axis)", fact=_adjoint_of_x, g_="np.take_along_axis(g, indices, axis=axis)")
runtime(products.matmul_left_any, "matmul_left_any(g_, a, b)", fact=_adjoint_of_x, g_="g @ b", b="matmul_right_any(g_, g, b)").kind = "bilinear"
runtime(products.matmul_right_any, "matmul_right_any(g_, a, b)", fact=_adjoint_of_last, g_="a @ g", a="matmul_left_any(g_, a, g)").kind = "bilinear"
runtime(products.dot_left_any, "dot_left_any(g_, a, b)", fact=_adjoint_of_x, g_="np.dot(g, b)", b="dot_right_any(g_, g, b)").kind = "bilinear"
runtime(products.dot_right_any, "dot_right_any(g_, a, b)", fact=_adjoint_of_last, g_="np.dot(a, g)", a="dot_left_any(g_, a, g)").kind = "bilinear"
runtime(shapes.last_stored, "last_stored(index, shape)")
# fmt: on


def kink(function: Callable[..., Any], text: str, **partials: str) -> None:
    """A helper that acts on each element, with its own partial derivatives."""
    elementwise(text, **partials).evaluate = function


# fmt: off
kink(values.safe_divide, "safe_divide(a, b)", a="safe_divide(1.0, b)", b="-safe_divide(ans, b)")
kink(values.strong_times, "strong_times(x, y)", x="y", y="x")
kink(values.share, "share(x, y, best)")
kink(values.log_of_base, "log_of_base(x)", x="safe_divide(1.0, x)")
kink(values.power_slope, "power_slope(x, y)", x="y * power_slope(x, np.where(y == 0.0, 0.0, y - 1.0))",
     y="safe_divide(ans, y) + ans * log_of_base(x)")
kink(values.share_exp, "share_exp(x, total)", x="ans", total="-ans")
kink(values.safe_divide_number, "safe_divide_number(a, b)", a="safe_divide_number(1.0, b)", b="-safe_divide_number(ans, b)")
kink(values.sign_number, "sign_number(x)")
kink(values.share_number, "share_number(x, y, best)")
kink(values.log_of_base_number, "log_of_base_number(x)", x="safe_divide_number(1.0, x)")
kink(values.power_slope_number, "power_slope_number(x, y)", x="y * power_slope(x, np.where(y == 0.0, 0.0, y - 1.0))",
     y="safe_divide_number(ans, y) + ans * log_of_base_number(x)")
kink(values.share_exp_number, "share_exp_number(x, total)", x="ans", total="-ans")
kink(values.inside, "inside(x, low, high)")
kink(values.below, "below(x, low, high)")
kink(values.above, "above(x, low, high)")
kink(values.sinc_derivative, "sinc_derivative(x, n)", x="sinc_derivative(x, n + 1)")
kink(values.i0_derivative, "i0_derivative(x, n)", x="i0_derivative(x, n + 1)", n="no_rule('the derivative of i0_derivative by n')")
kink(values.polygamma, "polygamma(n, x)", x="polygamma(n + 1, x)")
kink(hypergeometric.hyp1f1_slope, "hyp1f1_slope(a, b, x, i, j, n)", a="hyp1f1_slope(a, b, x, i + 1, j, n)",
     b="hyp1f1_slope(a, b, x, i, j + 1, n)", x="hyp1f1_slope(a, b, x, i, j, n + 1)")
kink(gammas.gammainc_slope, "gammainc_slope(a, x, n)", a="gammainc_slope(a, x, n + 1)", x="gamma_density(a, x, n)")
kink(gammas.gamma_density, "gamma_density(a, x, n)", a="gamma_density(a, x, n + 1)",
     x="((a - 1.0) / x - 1.0) * ans + n / x * gamma_density(a, x, lower_degree(n))")
kink(gammas.betainc_slope, "betainc_slope(a, b, x, i, j)", a="betainc_slope(a, b, x, i + 1, j)",
     b="betainc_slope(a, b, x, i, j + 1)", x="beta_density(a, b, x, i, j)")
kink(gammas.beta_density, "beta_density(a, b, x, i, j)", a="beta_density(a, b, x, i + 1, j)", b="beta_density(a, b, x, i, j + 1)",
     x="((a - 1.0) / x - (b - 1.0) / (1.0 - x)) * ans + i / x * beta_density(a, b, x, lower_degree(i), j)"
       " - j / (1.0 - x) * beta_density(a, b, x, i, lower_degree(j))")
# fmt: on
general("other_products(x, axis)", x="unother(g, x, axis)").evaluate = values.other_products
general("scan(g_, x, axis)", g_="scan_back(g, x, axis)", x="scan_back(g, x, axis) * shifted(ans, axis)").evaluate = values.scan
general("scan_back(g_, x, axis)", g_="scan(g, x, axis)", x="shifted(scan(g, x, axis), axis) * ans").evaluate = values.scan_back
runtime(values.shifted, "shifted(x, axis)", x="unshifted(g, axis)")
runtime(values.unshifted, "unshifted(x, axis)", x="shifted(g, axis)")
runtime(values.ties, "ties(x, best, axis)")
general("quantile_slope(x, q, axis, method)", x="no_rule('the second derivative of a quantile by its place and by x')").evaluate = values.quantile_slope
runtime(values.quantile_shares, "quantile_shares(x, q, axis, method, skip)")


def printed_row(function: Any) -> Row | None:
    """The row of a helper that was printed into a module, and is read again from there."""
    row = ROWS.get(getattr(function, "__name__", ""))
    helper = row and row.evaluate
    ours = str(getattr(helper, "__module__", "")).startswith("astgrad.runtime")
    if not ours or not isinstance(function, FunctionType) or not isinstance(helper, FunctionType):
        return None
    return row if meaning(function.__code__) == meaning(helper.__code__) else None
