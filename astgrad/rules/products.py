"""Products, convolution, polynomials."""

from astgrad.rules import bodies, facts
from astgrad.rules.table import bilinear, composite

# fmt: off
bilinear("np.dot(a, b)",    a="dot_left(g, a, b)",      b="dot_right(g, a, b)")
bilinear("a @ b",           a="matmul_left(g, a, b)",   b="matmul_right(g, a, b)")
bilinear("np.outer(a, b)",  a="reshaped_like(g @ np.ravel(b), a)",  b="reshaped_like(np.ravel(a) @ g, b)")
bilinear("np.inner(a, b)",  a="inner_left(g, a, b)",    b="inner_right(g, a, b)")
composite("np.vdot(a, b)",  "np.dot(np.ravel(np.conj(a)), np.ravel(b))")
composite("np.vecdot(x1, x2, axis=-1)", "np.sum(np.conj(x1) * x2, axis=axis)")
composite("np.matvec(x1, x2)", "(x1 @ x2[..., None])[..., 0]")
composite("np.vecmat(x1, x2)", "(np.conj(x1)[..., None, :] @ x2)[..., 0, :]")
bilinear("np.einsum(subscripts, *operands, optimize=False)", alias="operands?", operands="einsum_adjoints(g, subscripts, operands)", fact=facts.einsum)
bilinear("np.tensordot(a, b, axes=2)", a="tensordot_left(g, a, b, axes)", b="tensordot_right(g, a, b, axes)")
bilinear("np.kron(a, b)",   a="kron_left(g, a, b)",     b="kron_right(g, a, b)")
bilinear("np.convolve(a, v, mode='full')", a="unconvolve(g, a, v)", v="unconvolve(g, v, a)")
composite("np.correlate(a, v, mode='valid')", bodies.correlate)
bilinear("np.cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None)", a="cross_left(g, a, b, ans, axisa, axisb, axisc, axis)", b="cross_right(g, a, b, ans, axisa, axisb, axisc, axis)", fact=facts.cross)
