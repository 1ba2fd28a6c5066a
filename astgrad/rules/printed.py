"""Rows of the helpers that generated text may use, and the derivatives they have."""

from astgrad.ir.core import Arg
from astgrad.ir.fact import Fact, adjoint_fact
from astgrad.rules.table import elementwise, runtime
from astgrad.runtime import products, shapes, values


def _shape_of_x(g: Arg, x: Arg) -> Fact:
    from astgrad.analysis.infer import fact_of_arg

    like, have = fact_of_arg(x), fact_of_arg(g)
    dtype = have.dtype if have.kind != "number" else "float64"
    return Fact("array", dtype or "float64", adjoint_fact(like).shape)


def _adjoint_of_x(g: Arg, x: Arg, *_: Arg) -> Fact:
    return _shape_of_x(g, x)


def _adjoint_of_last(g: Arg, _: Arg, x: Arg) -> Fact:
    return _shape_of_x(g, x)


def _like_list(items: Arg) -> Fact:
    from astgrad.analysis.infer import fact_of_arg

    return adjoint_fact(fact_of_arg(items))


# fmt: off
runtime(shapes.unbroadcast, "unbroadcast(g_, x)", alias="g_?", fact=_shape_of_x, g_="expand_to(g, g_)")
runtime(shapes.expand_to, "expand_to(g_, x)", alias="g_!", fact=_shape_of_x, g_="unbroadcast(g, g_)")
runtime(shapes.count_along, "count_along(x, axis)")
runtime(shapes.inverse_axes, "inverse_axes(axes)")
runtime(shapes.project, "project(g_, x)", fact=_shape_of_x, g_="project(g, g_)")
runtime(shapes.add_trees, "add_trees(a, b)", fact=lambda a, b: _like_list(a), a="g", b="g")
runtime(shapes.add_lists, "add_lists(a, b)", fact=lambda a, _: _like_list(a), a="g", b="g")
runtime(shapes.zeros_list, "zeros_list(items)", fact=_like_list)
runtime(shapes.listed, "listed(g_, depth)", g_="np.array(g)")
runtime(shapes.split_like, "split_like(g_, arrays, axis)", g_="np.concatenate(g, axis=axis)").alias = "g_*"
runtime(shapes.unstack, "unstack(g_, arrays, axis)", g_="np.stack(g, axis=axis)").alias = "g_*"
runtime(shapes.undiagonal, "undiagonal(g_, x, offset, axis1, axis2)", fact=_adjoint_of_x,
        g_="unbroadcast(np.diagonal(g, offset=offset, axis1=axis1, axis2=axis2), g_)")
runtime(shapes.undiag, "undiag(g_, v, k)", fact=_adjoint_of_x, g_="np.diag(g, k=k)")
runtime(shapes.undiff_any, "undiff_any(g_, n, axis)", g_="np.diff(g, n=n, axis=axis)")
runtime(shapes.put_along, "put_along(g_, x, indices, axis)", fact=_adjoint_of_x, g_="np.take_along_axis(g, indices, axis=axis)")
runtime(products.matmul_left_any, "matmul_left_any(g_, a, b)", fact=_adjoint_of_x, g_="g @ b", b="matmul_right_any(g_, g, b)").kind = "bilinear"
runtime(products.matmul_right_any, "matmul_right_any(g_, a, b)", fact=_adjoint_of_last, g_="a @ g", a="matmul_left_any(g_, a, g)").kind = "bilinear"
runtime(products.dot_left_any, "dot_left_any(g_, a, b)", fact=_adjoint_of_x, g_="np.dot(g, b)", b="dot_right_any(g_, g, b)").kind = "bilinear"
runtime(products.dot_right_any, "dot_right_any(g_, a, b)", fact=_adjoint_of_last, g_="np.dot(a, g)", a="dot_left_any(g_, a, g)").kind = "bilinear"
runtime(shapes.last_stored, "last_stored(index, shape)")
# fmt: on
for function in (values.safe_divide, values.share, values.log_of_base, values.power_slope,
                 values.share_exp, values.inside, values.below, values.above):
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    row = elementwise(f"{function.__name__}({', '.join(names)})")
    row.evaluate = function
runtime(values.ties, "ties(x, best, axis)")
