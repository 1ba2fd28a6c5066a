"""np.linalg: both modes against differences, to second order; singular and repeated cases."""

import numpy as np
import pytest
from rules.derivatives import check, differences, function_of, primal

import astgrad

# What each letter stands for: `n` real, `c` complex, `s` symmetric and positive.
CASES = """
np.linalg.inv(a) | n33 n233 c33
np.linalg.det(a) | n33 n233 c33
np.log(np.abs(np.linalg.det(a))) | n33
np.linalg.solve(a, b) | n33,n3 n33,n32 n233,n232 n233,n3 n33,n232 n233,n32 c33,c3 n33,c32
s, l = np.linalg.slogdet(a); s * l | n33 n233 c33
np.linalg.slogdet(a)[1] | n33 c233
r = np.linalg.slogdet(a); r.logabsdet | n33
np.linalg.cholesky(a) | s33 s233 h33
np.linalg.cholesky(a, upper=True) | s33 h33
w, v = np.linalg.eigh(a); w | s33 s233 h33
w, v = np.linalg.eigh(a); w[..., None, :] * v**2 | s33 s233
w, v = np.linalg.eigh(a); np.abs(v) * w | h33
r = np.linalg.eigh(a); r.eigenvalues | s33
np.linalg.eigvalsh(a) | s33 h233
np.linalg.eigvalsh(a, 'U') | s33
w, v = np.linalg.eig(a); np.abs(v) * np.abs(w)[..., None, :] | n33 c233
np.linalg.eigvals(a) | c233
u, s, vh = np.linalg.svd(a); s | n33 n43 n34 n243 c43
np.linalg.svd(a, compute_uv=False) | n33 n43 n34 n243 c34
u, s, vh = np.linalg.svd(a, full_matrices=False); (u * np.sqrt(s)[..., None, :]) @ vh | n33 n43 n34 n243 c43 c34
u, s, vh = np.linalg.svd(a, full_matrices=False); np.abs(u) * s[..., None, :] | n33 n43 n34 n243 c43
u, s, vh = np.linalg.svd(a, full_matrices=False); np.abs(vh) | n33 n43 n34 c34
u, s, vh = np.linalg.svd(a); n = u[..., 1:]; n @ np.conj(np.swapaxes(n, -1, -2)) | n31 n232 c31 c32
u, s, vh = np.linalg.svd(a); n = vh[..., 1:, :]; np.conj(np.swapaxes(n, -1, -2)) @ n | n13 n213 c13 c14
u, s, vh = np.linalg.svd(a); u[..., :1] * s @ vh[..., :1, :] | n13 n31 c13
u, s, vh = np.linalg.svd(a); u[..., 3:] @ np.conj(np.swapaxes(u[..., 3:], -1, -2)) | n43 n243 c43
u, s, vh = np.linalg.svd(a); np.conj(np.swapaxes(vh[..., 3:, :], -1, -2)) @ vh[..., 3:, :] | n34 c34
q, r = np.linalg.qr(a); q | n33 n43 n34 n243 c43
q, r = np.linalg.qr(a); r | n33 n43 n34 n243 c34 c43
q, r = np.linalg.qr(a); q @ r**2 | n33 n43 n34 c43
np.linalg.qr(a, mode='r') | n33 n43 n34 c34
np.linalg.qr(a).R | n33
np.linalg.pinv(a) | n33 n43 n34 n243 c43 c34
np.linalg.lstsq(a, b, rcond=None)[0] | n43,n4 n43,n42 n34,n32 c43,c42
np.linalg.lstsq(a, b, rcond=None)[1] | n43,n4 n43,n42
np.linalg.lstsq(a, b, rcond=None)[3] | n43,n4
np.linalg.multi_dot([a, b, d]) | n23,n34,n42 n3,n34,n42 n23,n34,n4
np.linalg.multi_dot([a, b, d, e]) | n23,n34,n42,n23 n3,n34,n42,n2
np.linalg.matrix_power(a, 3) | n33
np.linalg.matrix_power(a, -2) | n233
np.linalg.matrix_power(a, 0) + a | n33
np.linalg.tensorsolve(a, b) | n236,n23
np.linalg.tensorsolve(a, b, axes=(0,)) | n623,n23
np.linalg.tensorinv(a) | n236
np.linalg.tensorinv(a, ind=1) | n623
np.linalg.cond(a) | n33 n43
np.linalg.cond(a, 1) | n33
np.linalg.cond(a, 'fro') | n33
np.linalg.norm(a) | n243 c243
"""
VECTOR_ORDERS = ("None", "2", "1", "np.inf", "-np.inf", "3", "1.5", "-1")
MATRIX_ORDERS = ("None", "'fro'", "'nuc'", "1", "2", "-1", "-2", "np.inf", "-np.inf")
NORMS = [(text.format(order), letter + shape) for letter in "nc"
         for orders, texts in (
             (VECTOR_ORDERS, (("np.linalg.norm(a, {})", "4"), ("np.linalg.norm(a, {}, axis=1)", "43"),
                              ("np.linalg.norm(a, ord={}, axis=0, keepdims=True)", "432"))),
             (MATRIX_ORDERS, (("np.linalg.norm(a, {})", "43"), ("np.linalg.norm(a, {}, (1, 2))", "243"),
                              ("np.linalg.norm(a, {}, axis=(2, 0), keepdims=True)", "243"))))
         for order in orders for text, shape in texts]  # fmt: skip


def array(code, rng):
    """`n43`: a real 4 x 3 matrix; `c` complex, `s` and `h` positive definite."""
    shape = tuple(int(digit) for digit in code[1:])
    x = rng.standard_normal(shape)
    if code[0] in "ch":
        x = x + 1j * rng.standard_normal(shape)
    if code[0] in "sh":
        x = x @ np.conj(np.swapaxes(x, -1, -2)) + 3.0 * np.eye(shape[-1])
    return x


def cases():
    for line in CASES.strip().splitlines():
        text, shapes = line.split(" | ")
        for group in shapes.split():
            yield text, group
    yield from NORMS


@pytest.mark.sample(40)
@pytest.mark.parametrize(("text", "shapes"), list(cases()))
def test_rule(text, shapes):
    if "upper=" in text and np.__version__ < "2":
        pytest.skip("NumPy 1.26 knows no upper=")
    if "solve(" in text and shapes == "n233,n3" and np.__version__ < "2":
        pytest.skip("NumPy 1.26 takes a vector for a stack of matrices for a matrix")
    rng = np.random.default_rng(1)
    codes = shapes.split(",")
    arguments = {name: array(code, rng) for name, code in zip("abde", codes, strict=False)}
    symmetric = [name for name, code in zip("abde", codes, strict=False) if code[0] in "sh"]
    check(text, symmetric=symmetric, **arguments)


@pytest.mark.skipif(np.__version__ < "2", reason="functions of NumPy 2")
@pytest.mark.sample(4)
@pytest.mark.parametrize(("text", "shapes"), [
    ("np.linalg.svdvals(a)", "n43"), ("np.linalg.matrix_norm(a)", "n243"),
    ("np.linalg.vector_norm(a, axis=1)", "n243"), ("np.linalg.vector_norm(a)", "n243"),
    ("np.linalg.vecdot(a, b)", "n23,n3"), ("np.linalg.outer(a, b)", "n2,n3"),
    ("np.linalg.matrix_transpose(a)", "n243"), ("np.linalg.trace(a)", "n233"),
    ("np.linalg.diagonal(a)", "n233"),
])  # fmt: skip
def test_functions_of_the_array_api(text, shapes):
    test_rule(text, shapes)


@pytest.mark.parametrize("text", [
    "np.linalg.inv(a)", "np.linalg.det(a)", "np.linalg.slogdet(a)[1]", "np.linalg.cholesky(a)",
    "np.linalg.norm(a)", "np.linalg.eigvalsh(a)", "np.linalg.qr(a)[1]", "np.linalg.pinv(a)",
])  # fmt: skip
def test_float32_stays(text):
    a = array("s33", np.random.default_rng(0)).astype("float32")
    gradient = astgrad.grad(primal(f"np.sum({text})", ["a"]))(a)
    assert gradient.dtype == np.float32
    assert gradient.shape == a.shape


@pytest.mark.parametrize("order", ["None", "1", "2", "3", "np.inf"])
def test_norm_at_zero(order):
    f = primal(f"np.linalg.norm(a, {order})", ["a"])
    np.testing.assert_array_equal(astgrad.grad(f)(np.zeros(3)), np.zeros(3))


def test_squared_norm_at_zero():
    f = primal("np.linalg.norm(a) ** 2", ["a"])
    np.testing.assert_array_equal(astgrad.grad(f)(np.zeros(3)), np.zeros(3))


@pytest.mark.parametrize("a", [
    np.array([[1.0, 2.0], [2.0, 4.0]]), np.zeros((1, 1)), np.zeros((3, 3)), np.ones((3, 3)),
    np.diag([1.0, 2.0, 0.0]),
])  # fmt: skip
def test_det_of_a_singular_matrix_gives_its_adjugate(a):
    n = len(a)
    minors = np.array([[(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, 0), j, 1))
                        for j in range(n)] for i in range(n)])  # fmt: skip
    f = primal("np.linalg.det(a)", ["a"])
    np.testing.assert_allclose(astgrad.grad(f)(a), minors, atol=1e-12)


def test_second_derivative_of_det_of_a_singular_matrix():
    check("np.linalg.det(a)", a=np.diag([1.0, 2.0, 0.0]))


@pytest.mark.parametrize("text", [
    "np.sum(np.linalg.eigvalsh(a) ** 2)", "np.sum(np.linalg.eigh(a)[0] ** 2)",
])  # fmt: skip
def test_repeated_eigenvalues_are_finite_without_vectors(text):
    np.testing.assert_allclose(astgrad.grad(primal(text, ["a"]))(np.eye(3)), 2.0 * np.eye(3))


def test_vectors_of_repeated_eigenvalues_warn_and_give_nan():
    f = primal("np.sum(np.linalg.eigh(a)[1][0])", ["a"])
    with pytest.warns(RuntimeWarning):
        assert np.all(np.isnan(astgrad.grad(f)(np.eye(3))))


@pytest.mark.parametrize("name", ["eigh", "cholesky"])
def test_adjoints_of_symmetric_matrices_are_symmetric(name):
    text = "w, v = np.linalg.eigh(a); np.sum(v[0])" if name == "eigh" else "np.sum(np.linalg.cholesky(a))"
    bar = astgrad.grad(primal(text, ["a"]))(array("s33", np.random.default_rng(0)))
    np.testing.assert_allclose(bar, bar.T)


def test_solve_reads_as_by_hand():
    text = astgrad.grad(primal("x = np.linalg.solve(a, b); np.sum(x**2)", ["a", "b"]), (0, 1)).source(
        np.eye(3), np.ones(3))
    assert "np.linalg.solve(a.T, x_bar)" in text
    assert "inv" not in text
    assert text.count("np.linalg.solve(") == 3  # forward, its comment, and the adjoint


def test_slogdet_calls_no_determinant():
    text = astgrad.grad(primal("s, l = np.linalg.slogdet(a); l", ["a"])).source(np.eye(3))
    assert "det(" not in text.replace("slogdet(", "")
    assert "np.linalg.inv(a).T" in text


def test_qr_of_a_wide_matrix_after_a_tall_one():
    gradient = astgrad.grad(primal("np.sum(np.linalg.qr(a)[1])", ["a"]))
    for shape in ((4, 3), (3, 4), (3, 3)):
        a = np.random.default_rng(0).standard_normal(shape)
        assert gradient(a).shape == shape


@pytest.mark.parametrize(("text", "shape"), [
    ("np.sum(np.linalg.qr(a, mode='complete')[0])", (4, 3)), ("np.sum(np.linalg.qr(a, mode='raw')[0])", (3, 3)),
])  # fmt: skip
def test_what_has_no_derivative_is_refused(text, shape):
    with pytest.raises(astgrad.errors.AstgradError):
        astgrad.grad(primal(text, ["a"]))(np.ones(shape))


LOOPS = """
def f(a, n):
    total = 0.0
    for _ in range(n):
        w, v = np.linalg.eigh(a)
        a = a + 0.1 * np.outer(v[:, 0], v[:, 0])
        total += w[0] * np.sum(v**3)
    return total
"""
QR_STEPS = """
def f(a, n):
    for _ in range(n):
        q, r = np.linalg.qr(a)
        a = r @ q
    return np.sum(np.diag(a) ** 2 * np.arange(3))
"""
BRANCHES = """
def f(a, n):
    if n > 1:
        sign, value = np.linalg.slogdet(a)
    else:
        value, sign = np.sum(a), 1.0
    return sign * value
"""


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("source", [LOOPS, QR_STEPS, BRANCHES])
def test_several_results_in_loops_and_branches(source, n):
    f, rng = function_of(source), np.random.default_rng(0)
    a, dot = array("s33", rng), array("s33", rng)
    numbers = differences(lambda x: f(x, n), [a], [dot])
    gradient = np.sum(astgrad.grad(f)(a, n) * dot)
    np.testing.assert_allclose(gradient, numbers, rtol=1e-6)
