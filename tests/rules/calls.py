"""Calls of NumPy functions for the tests of their rows: options, ranks, methods.

A group is a block of expressions and the arrays that their letters stand for; an array is
a shape, whose elements are drawn: positive ones for `positive`, any for `any`.
"""


MATRIX = """
np.reshape(x, (4, 3))
x.reshape(-1)
x.reshape(2, -1)
np.ravel(x)
x.flatten()
x.ravel() ** 2
np.transpose(x)
x.T
x.transpose(1, 0)
np.swapaxes(x, 0, 1)
np.moveaxis(x, 0, 1)
np.expand_dims(x, 1)
np.expand_dims(x, (0, 2))
np.flip(x)
np.flip(x, 0)
np.fliplr(x)
np.flipud(x)
np.rot90(x)
np.rot90(x, 2)
np.rot90(x, -1, (1, 0))
np.matrix_transpose(x)
x.T
np.atleast_1d(x)
np.atleast_3d(x)
np.broadcast_to(x, (2, 3, 4))
np.roll(x, 1)
np.roll(x, 2, axis=1)
np.roll(x, (1, 2), axis=(0, 1))
np.diagonal(x)
np.diagonal(x, 1)
x.diagonal(-1)
np.diag(x)
np.diag(x, 1)
np.trace(x)
np.trace(x, 1)
x.trace()
np.tril(x)
np.triu(x, 1)
np.repeat(x, 2)
np.repeat(x, 3, axis=1)
np.repeat(x, [1, 2, 3], axis=0)
np.repeat(x, [2, 0, 1], axis=0)
np.tile(x, 2)
np.tile(x, (2, 3))
np.tile(x, (2, 1, 3))
np.pad(x, 2)
np.pad(x, (1, 2))
np.pad(x, ((1, 2), (0, 1)))
np.pad(x, 1, mode='edge')
np.pad(x, 1, mode='reflect')
np.pad(x, ((1, 1), (2, 0)), mode='symmetric')
np.pad(x, 2, mode='wrap')
np.diff(x)
np.diff(x, axis=0)
np.diff(x, n=2)
np.diff(x, prepend=0.0)
np.diff(x, prepend=x[:, :1], append=x[:, -2:])
np.diff(x, n=2, axis=1, prepend=1.0)
np.ediff1d(x)
np.ediff1d(x, to_end=x[0], to_begin=x[1, :2])
np.gradient(x)[0]
np.gradient(x)[1]
np.gradient(x, 0.5, axis=0)
np.gradient(x, 0.5, 2.0)[1]
np.gradient(x, 0.3, axis=1, edge_order=2)
np.take(x, [0, 2, 2])
np.take(x, [0, 2, 2], axis=0)
np.take(x, 1, axis=1)
x.take([[0, 1], [1, 1]], axis=1)
np.take(x, [0, 7], axis=1, mode='wrap')
np.take(x, [-1, 7], axis=1, mode='clip')
np.take_along_axis(x, np.argsort(x, axis=1), axis=1)
np.take_along_axis(x, np.array([[0, 0, 1, 2]]), axis=0)
np.split(x, 3)[1]
np.split(x, [1, 3], axis=1)[1]
np.array_split(x, 2)[0]
np.array_split(x, 3, axis=1)[2]
np.lib.stride_tricks.sliding_window_view(x, 2, axis=0)
np.lib.stride_tricks.sliding_window_view(x, (2, 3))
np.lib.stride_tricks.sliding_window_view(x, (2, 2), axis=(1, 0))
np.lib.stride_tricks.sliding_window_view(x, (2,), (-1,))
np.lib.stride_tricks.sliding_window_view(x, (2, 2), (1, 1))
np.mean(np.lib.stride_tricks.sliding_window_view(x, 3, axis=-1), axis=-1)
np.hsplit(x, 2)[1]
np.vsplit(x, 3)[2]
np.unstack(x)[1]
np.unstack(x, axis=1)[2]
np.append(x, x[:1], axis=0)
np.append(x, 2.0 * x)
np.delete(x, 1, axis=0)
np.delete(x, [0, 2], axis=1)
np.delete(x, 3)
np.insert(x, 1, x[0], axis=0)
np.insert(x, 1, 2.0 * x[0, 0])
np.insert(x, [1, 2], x[:, :2], axis=1)
np.resize(x, (2, 7))
np.compress([True, False, True], x, axis=0)
x.compress([True, False, True, True], axis=1)
np.extract(x > 0, x)
x[x > 0]
np.copy(x)
x.copy()
x.astype(np.float64)
np.asarray(x)
np.ascontiguousarray(x)
np.array(x)
np.array([x, x * x])
np.array([[x[0, 0], 2.0], [x[1, 1], x[0, 0]]])
np.rollaxis(x, 1)
np.squeeze(x[:1])
np.squeeze(x[:, :1], axis=1)
np.apply_along_axis(lambda v: np.sum(v ** 2), 1, x)
np.apply_along_axis(lambda v: np.cumsum(v), 0, x)
np.unique(x)
np.clip(x, -0.5, 0.7)
np.clip(x, None, 0.3)
np.clip(x, min=-0.5, max=0.7)
x.clip(-0.5, 0.4)
np.clip(x, x[0, 0], 0.8)
np.full((2, 3), x[0, 0])
np.full_like(x, x[1, 1])
np.linspace(x[0, 0], x[1, 1], 5)
np.linspace(x[0], x[1], 5)
np.linspace(x[0], x[1], 5, axis=1)
np.linspace(x[0, 0], 3.0, 5, endpoint=False)
np.logspace(x[0, 0], x[1, 1], 5)
np.geomspace(x[0, 0] ** 2, 1.0 + x[1, 1] ** 2, 5)
np.round(x, 1) * x
np.select([x > 0.5, x > 0.0], [x ** 2, np.sin(x)], 3.0 * x)
np.choose(np.array([0, 1, 1, 0]), [x, x ** 2])
np.piecewise(x, [x < 0.0, x >= 0.5], [lambda v: v ** 2, lambda v: np.sin(v), 1.5])
np.where(x > 0.0, x ** 2, 1.0)
np.heaviside(x, 0.5) * x
np.meshgrid(x[0], x[1, :3])[0]
np.meshgrid(x[0], x[1, :3], indexing='ij')[1]
np.meshgrid(x[0], x[1, :3], sparse=True)[1]
np.broadcast_arrays(x, x[0])[1]
np.block([[x, x[:, :1]], [x[:1], np.ones((1, 1))]])
np.hstack([x, x])
np.hstack([x[0], x[1]])
np.vstack([x, x[0]])
np.dstack([x, x])
np.column_stack([x[:, 0], x])
np.concatenate([x, 2.0 * x], axis=1)
np.concatenate([x, x[:1]])
np.concatenate([x, x[:1]], axis=None)
np.stack([x, x], axis=-1)
np.stack([x, x], axis=1)
np.vander(x[0], 3)
np.real(x)
np.nan_to_num(x)
np.unwrap(x)
np.modf(x)[0]
np.divmod(x, 0.7)[1]
"""

VECTOR = """
np.diag(x)
np.diag(x, 1)
np.diag(x, -2)
np.diagflat(x)
np.outer(x, x)
np.tril(x)
np.diff(x)
np.roll(x, -2)
np.repeat(x, 2)
np.tile(x, 3)
np.tile(x, (2, 2))
np.pad(x, 2)
np.pad(x, (1, 0), mode='edge')
np.vander(x)
np.vander(x, 3, increasing=True)
np.gradient(x)
np.gradient(x, np.array([0.0, 0.5, 1.5, 1.8]))
np.gradient(x, np.array([0.0, 0.5, 1.5, 1.8]), edge_order=2)
np.interp(x, np.array([-1.0, 0.0, 0.5, 2.0]), np.array([1.0, 2.0, 0.0, 1.0]))
np.interp(np.array([0.1, 0.7, 5.0]), np.array([-1.0, 0.0, 0.5, 2.0]), x)
np.interp(x, np.array([-1.0, 0.0, 0.5, 2.0]), x, left=3.0, right=-2.0)
np.interp(x, np.array([0.0, 1.0, 2.5, 2.0]), x, period=3.0)
np.polyval(x, 1.3)
np.polyval(x, x)
np.polyval([1.0, 2.0, 3.0], x)
np.polyadd(x, x[:2])
np.polysub(x, x[:2])
np.polymul(x, x[:2])
np.polyder(x)
np.polyint(x)
np.atleast_2d(x)
np.broadcast_to(x, (3, 4))
x[:, None] * x
x[[0, 0, 1]]
x[::-1]
np.convolve(x, y)
np.convolve(x, y, 'same')
np.convolve(x, y, mode='valid')
np.convolve(y, x, 'same')
np.correlate(x, y)
np.correlate(x, y, 'full')
np.correlate(x, y, 'same')
np.correlate(y, x, 'full')
np.correlate(y, x, 'same')
np.correlate(y, x, 'valid')
np.kron(x, y)
np.dot(x, x)
np.inner(x, x)
np.vdot(x, x)
np.cross(x[:3], y)
np.cross(x[:2], y[:2])
np.fmod(x, 0.7)
x % 0.7
np.hstack([x, 1.0, y])
np.trapezoid(x)
np.split(x, 2)[0] * np.split(x, 2)[1]
x.conj() * x
np.geomspace(x[0] ** 2, 4.0, 5)
np.resize(x, 7)
"""

PRODUCTS = """
a @ b
v @ b
a @ v
v @ v
t @ q
q @ t
s @ b
a @ q[0].T
v @ q.swapaxes(1, 2)
q @ v
s @ b @ e
np.matmul(s, v)
np.dot(a, b)
np.dot(s, v)
np.dot(s, b)
np.dot(a, q.swapaxes(1, 2))
np.dot(v, t.swapaxes(1, 2).swapaxes(1, 2).transpose(0, 1, 2))
np.dot(s, q.transpose(0, 2, 1))
a.dot(b)
np.dot(2.0, a)
np.inner(a, v)
np.inner(a, e)
np.inner(s, e)
np.inner(s, q)
np.outer(a, v)
np.outer(v, v)
np.tensordot(a, b, 1)
np.tensordot(t, q, ([1, 2], [2, 1]))
np.tensordot(s, t, axes=([1, 2], [0, 1]))
np.tensordot(a, b, 0)
np.tensordot(t, a, axes=([0], [0]))
np.tensordot(t, e, axes=(2, 0))
np.kron(a, b)
np.kron(a, v)
np.kron(v, a)
np.kron(s, a)
np.einsum('ij,jk->ik', a, b)
np.einsum('ij,jk', a, b)
np.einsum('ij->', a)
np.einsum('ij->j', a)
np.einsum('ij->ji', a)
np.einsum('ijk,ikl->ijl', t, q)
np.einsum('...ij,...jk->...ik', s, b)
np.einsum('...ij,...jk', s, b)
np.einsum('ij,j->i', a, v)
np.einsum('i,i', v, v)
np.einsum('i,j->ij', v, v)
np.einsum('ij,kj,kl->il', a, e, b.T)
np.einsum('ii->i', a @ a.T)
np.einsum('ii', a @ a.T)
np.einsum('iij->j', np.einsum('ij,k->ijk', a @ a.T, v))
np.einsum('ij,k->i', a, v)
np.einsum('ij,jk->ik', a[:, :1], b)
np.einsum(a, [0, 1], b, [1, 2], [0, 2])
np.einsum(a, [0, 1], b, [1, 2])
np.einsum('ij,jk->ik', a, b, optimize=True)
np.vecdot(a, a)
np.vecdot(s, a)
np.matvec(a, v)
np.matvec(s, v)
np.vecmat(v, b)
np.cross(a, a[::-1])
np.cross(a, v)
np.cross(b, b[::-1], axis=0)
np.cross(b, e, axisa=0, axisb=1, axisc=0)
np.vdot(a, a)
np.linalg.multi_dot([a, b, e])
np.matmul(s, b, out=None)
np.diagonal(t, axis1=0, axis2=2)
np.trace(t)
np.trace(t, axis1=1, axis2=2)
np.tril(t)
np.transpose(t, (2, 0, 1))
np.moveaxis(t, (0, 1), (2, 0))
np.concatenate([t, q.transpose(0, 2, 1)], axis=-2)
np.take(t, [1, 1, 0], axis=-1)
np.sort(t, axis=1)
np.rot90(t, 1, (1, 2))
np.cumprod(t, axis=1)
np.prod(t, axis=(0, 2))
np.split(t, 2, axis=-1)[0]
np.pad(t, ((0, 1), (1, 0), (2, 2)))
np.squeeze(t[:, :1])
np.gradient(t, axis=(0, 2))[1]
np.tile(t, (2, 1))
np.repeat(t, 2, axis=-1)
np.median(t, axis=(0, 2))
np.percentile(t, [10, 50], axis=(0, 2), keepdims=True)
np.rollaxis(t, 2, 1)
np.apply_along_axis(np.sum, 1, t)
np.dsplit(t, 2)[1]
np.block([a, a])
np.block([[[a]], [[a]]])
"""

REDUCTION = """
np.NAME(x)
np.NAME(x, axis=0)
np.NAME(x, axis=-1, keepdims=True)
np.NAME(x, axis=None, keepdims=True)
np.NAME(x, axis=(0, 2))
np.NAME(x, axis=(-1, 0), keepdims=True)
np.NAME(x[0], 1)
np.NAME(x[0, 0])
np.NAME(x[0, 0, 0])
"""

METHODS = """
x.NAME()
x.NAME(1)
x.NAME(axis=(0, 2), keepdims=True)
"""

REDUCTIONS = ("sum", "mean", "prod", "max", "min", "var", "std")

NANS = """
np.NAME(np.where(m, x, np.nan))
np.NAME(np.where(m, x, np.nan), axis=1)
"""

NAN_FUNCTIONS = ("nansum", "nanmean", "nanprod", "nanmax", "nanmin", "nanvar", "nanstd", "nancumsum", "nancumprod", "nanmedian")

STATISTICS = """
np.sum(x, where=m)
np.sum(x, axis=1, where=m)
np.sum(x, initial=1.5, axis=0)
np.sum(x, dtype=np.float64)
np.mean(x, axis=1, where=m)
np.prod(x, initial=2.0)
np.prod(x, axis=1, where=m)
np.max(x, initial=1.0, axis=0)
np.max(x, axis=1, where=m, initial=0.5)
np.min(x, axis=1, where=m, initial=1.1)
np.var(x, ddof=1)
np.var(x, axis=0, correction=1)
np.var(x, axis=1, where=m)
np.std(x, axis=0, ddof=1)
np.std(x, where=m)
np.ptp(x)
np.ptp(x, axis=0)
np.average(x)
np.average(x, axis=1)
np.average(x, axis=0, weights=w)
np.average(x, weights=w[:, None] * x)
np.average(x, axis=0, weights=w, returned=True)[0]
np.cumsum(x)
np.cumsum(x, axis=0)
x.cumsum(1)
np.cumprod(x)
np.cumprod(x, axis=0)
x.cumprod(1)
np.cumulative_sum(x, axis=1)
np.cumulative_sum(x, axis=0, include_initial=True)
np.cumulative_prod(x, axis=1, include_initial=True)
np.median(x)
np.median(x, axis=0)
np.median(x, axis=1, keepdims=True)
np.median(x, axis=(0, 1))
np.nanquantile(np.where(m, x, np.nan), 0.4, axis=1)
np.nanstd(np.where(m, x, np.nan), axis=0, ddof=1, keepdims=True)
np.trapezoid(x, axis=0)
np.trapezoid(x, dx=0.3)
np.trapezoid(x, np.cumsum(x[0]))
np.trapezoid(x, w, axis=0)
np.cov(x)
np.cov(x, rowvar=False)
np.cov(x, bias=True)
np.cov(x, ddof=0)
np.cov(x, x * x)
np.cov(x, aweights=x[0])
np.corrcoef(x)
np.cov(w)
np.cov(w, w * w)
np.sort(x)
np.sort(x, axis=0)
np.sort(x, axis=None)
np.sort(w)
np.partition(x, 2)
np.partition(x, 1, axis=0)
np.bincount(np.array([0, 2, 2]), weights=w)
np.bincount(np.array([0, 2, 2]), w, minlength=7)
"""

QUANTILES = """
np.NAME(x, ONE)
np.NAME(x, ONE, axis=0)
np.NAME(x, ONE, axis=1, keepdims=True)
np.NAME(x, TWO)
np.NAME(x, TWO, axis=1)
np.NAME(x, np.array(TWO), axis=(0, 1))
"""

METHODS_OF_QUANTILES = ("lower", "higher", "nearest", "midpoint", "median_unbiased", "hazen", "weibull", "inverted_cdf")

ZEROS = """
np.prod(x)
np.prod(x, axis=1)
np.prod(x, axis=(0, 1))
np.cumprod(x)
np.cumprod(x, axis=1)
"""

COMPLEX = """
z * np.conj(w)
z / w
np.abs(z)
np.abs(z) ** 2
np.angle(z)
z.real * w.imag
np.real(z) + 1j * np.imag(w)
np.exp(z)
np.log(z)
np.sqrt(z)
np.sin(z) * np.cosh(w)
np.tanh(z)
z ** 2
z ** w
np.sum(z * x)
np.mean(z)
np.prod(z)
np.cumsum(z)
np.cumprod(z)
np.var(z)
np.std(z)
z @ w
np.dot(z, x)
np.vdot(z, w)
np.inner(z, w)
np.outer(z, x)
np.kron(z, w)
np.convolve(z, w)
np.correlate(z, w, 'full')
np.einsum('i,j->ij', z, w)
np.tensordot(z, w, 1)
np.where(x > 0.0, z, x)
np.concatenate([z, x])
np.stack([x, w])
np.array([z[0], x[1]])
np.diag(z)
z[::-1] * x
np.cross(z, x)
x * (1.0 + 2.0j)
x.astype(np.complex128) * z
np.full(3, z[0])
np.linspace(z[0], w[1], 4)
"""


def lines(block, **names):
    for name, text in names.items():
        block = block.replace(name, text)
    return block.strip().splitlines()


def groups():
    """(shapes by letter, domain, expressions)"""
    for name in REDUCTIONS:
        yield {"x": (2, 3, 4)}, "positive", lines(REDUCTION, NAME=name) + lines(METHODS, NAME=name)
    for name in NAN_FUNCTIONS:
        yield {"x": (3, 4), "m": "mask"}, "positive", lines(NANS, NAME=name)
    yield {"x": (3, 4), "w": (3,), "m": "mask"}, "positive", lines(STATISTICS)
    for name in ("quantile", "nanquantile"):
        yield {"x": (3, 4)}, "positive", lines(QUANTILES, NAME=name, ONE="0.3", TWO="[0.2, 0.77]")
    for name in ("percentile", "nanpercentile"):
        yield {"x": (3, 4)}, "positive", lines(QUANTILES, NAME=name, ONE="30", TWO="[20, 77.0]")
    yield {"x": (7,)}, "positive", [f"np.quantile(x, 0.3, method={m!r})" for m in METHODS_OF_QUANTILES]
    yield {"x": "zeros"}, "any", lines(ZEROS)
    yield {"x": (3, 4)}, "any", lines(MATRIX)
    yield {"x": (4,), "y": (3,)}, "any", lines(VECTOR)
    yield {"a": (2, 3), "b": (3, 4), "v": (3,), "t": (2, 3, 4), "s": (5, 2, 3), "q": (2, 4, 3),
           "e": (4, 3)}, "any", lines(PRODUCTS)
    yield {"z": (3,), "w": (3,), "x": (3,)}, "complex", lines(COMPLEX)
    yield {"x": ()}, "positive", ["np.arange(x, 2.0, 0.5)", "np.arange(0.0, 3.0, x)"]
