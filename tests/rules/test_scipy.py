"""SciPy's rows, both modes against differences; text that imports SciPy itself."""

import math
import subprocess
import sys

import numpy as np
import pytest
from rules.derivatives import check, primal

import astgrad

sp = pytest.importorskip("scipy.special", reason="SciPy is an optional extra")
import scipy.integrate as si  # noqa: E402
import scipy.linalg as sl  # noqa: E402
import scipy.signal as sg  # noqa: E402
import scipy.stats as st  # noqa: E402

SPACE = {"sp": sp, "sl": sl, "st": st, "sg": sg, "si": si}

# Codes: `p` in (0.5, 2.5), `u` in (0.1, 0.9), `q` above 2, `n` any, `c` complex, `s` positive
# definite, `d` regular, `i` increasing; then the shape.
POSITIVE = "gamma gammaln loggamma rgamma digamma psi factorial y0 y1 k0 k1 k0e k1e exp1 expi entr"
ANY = ("erf erfc erfcx erfi dawsn ndtr log_ndtr j0 j1 i0 i1 i0e i1e expit log_expit expm1 exp2 "
       "exp10 cosm1 wofz")
UNIT = "erfinv erfcinv ndtri logit spence ellipk ellipe lambertw log1p"
PAIRS = "beta betaln poch binom xlogy xlog1py rel_entr kl_div"
ORDERS = "jv yv iv kv ive kve jn hankel1 gammainc gammaincc"
SPECIAL = """
sp.gammaincinv(2, a) | u3
sp.betainc(2, 3, a) | u3
sp.betaincinv(2, 3, a) | u3
sp.polygamma(1, a) | p3
sp.kn(3, a) | u3
sp.yn(3, a) | u3
sp.expn(3, a) | u3
sp.eval_chebyt(3, a) | u3
sp.eval_chebyu(3, a) | u3
sp.eval_legendre(3, a) | u3
sp.eval_hermite(3, a) | u3
sp.zeta(3.0, a) | q3
sp.huber(1.0, 2 * a) | n4
sp.pseudo_huber(1.0, a) | n4
sp.boxcox(a, 0.5) | p3
sp.inv_boxcox(a, 0.5) | p3
sp.logsumexp(a) | n34
sp.logsumexp(a, axis=0) | n34
sp.logsumexp(a, axis=-1, keepdims=True) | n34
sp.logsumexp(a, axis=1, b=b) | n34,p34
sp.logsumexp(a, b=b) | n34,p4
sp.softmax(a) | n34
sp.softmax(a, axis=0) | n34
sp.log_softmax(a) | n34
sp.log_softmax(a, axis=1) | n34
"""
LINALG = """
sl.solve(a, b) | d33,n3
sl.inv(a) | d33
sl.det(a) | d33
sl.norm(a) | n33
sl.pinv(a) | n43
w, v = sl.eigh(a); w * v**2 | s33
sl.svdvals(a) | n34
u, s, vh = sl.svd(a); s | n34
sl.cholesky(a) | s33
sl.cholesky(a, lower=True) | s33
sl.cho_solve(sl.cho_factor(a), b) | s33,n3
c = sl.cho_factor(a, lower=True); sl.cho_solve(c, b) | s33,n32
sl.cho_solve((a, True), b) | d33,n3
sl.solve_banded((1, 1), np.concatenate([a[:1], b + 5.0, a[1:]]), e) | n25,u15,n5
sl.solve_banded((2, 0), np.concatenate([b + 5.0, a]), e) | n25,u15,n52
sl.solve_banded((0, 2), np.concatenate([a, b + 5.0]), e) | n25,u15,n5
sl.solve_sylvester(a, b, e) | d33,d22,n32
sl.sqrtm(a) | s33
sl.expm(a) | n33 c33
sl.logm(a) | s33
sl.block_diag(a, b) | n23,n32
sl.toeplitz(a) | n3 c3
sl.toeplitz(a, b) | n3,n4
"""
OTHER = """
st.dirichlet.logpdf(a / np.sum(a), b) | p3,q3
st.multivariate_normal.logpdf(a, b, e) | n3,n3,s33
st.multivariate_normal.logpdf(a, mean=b, cov=e) | n43,n3,s33
st.multivariate_normal.logpdf(a) | n3
st.multivariate_normal.logpdf(a, b, 2.0) | n43,n3
st.multivariate_normal.logpdf(a, b, e) | n3,n3,p3
st.multivariate_normal.pdf(a, b, e) | n3,n3,s33
si.trapezoid(a) | n5
si.trapezoid(a, b) | n5,i5
si.trapezoid(a, b, axis=0) | n53,i5
si.trapezoid(a, dx=0.3, axis=1) | n253
si.cumulative_trapezoid(a) | n5
si.cumulative_trapezoid(a, b, axis=0) | n53,i5
si.cumulative_trapezoid(a, initial=0) | n5
sg.correlate(a, b) | c4,c3
sg.convolve(a, b, 'same') | n4,c3
"""
LOCATED = "norm laplace logistic cauchy gumbel_r gumbel_l"
SCALED = {"expon": "", "halfnorm": "", "rayleigh": "", "gamma": "q", "invgamma": "q", "chi2": "q",
          "t": "q", "lognorm": "q", "weibull_min": "q", "beta": "qq", "pareto": "q"}  # fmt: skip
DENSITIES, TAILS = ("logpdf", "pdf"), ("cdf", "logcdf", "sf", "logsf")
COUNTS = {"poisson": "p", "bernoulli": "u", "geom": "u"}


def table(text):
    for line in text.strip().splitlines():
        call, shapes = line.split(" | ")
        for group in shapes.split():
            yield call, group


def cases():
    for names, code in ((POSITIVE, "p4"), (ANY, "n4"), (UNIT, "u4")):
        yield from ((f"sp.{name}(a)", code) for name in names.split())
    yield from ((f"sp.{name}(a, b)", "q3,p3") for name in PAIRS.split())
    yield from ((f"sp.{name}(2, a)", "p3") for name in ORDERS.split())
    for trans in (0, 1, 2, "'T'"):
        for options in ("", ", lower=True", ", unit_diagonal=True", ", lower=True, unit_diagonal=True"):
            yield f"sl.solve_triangular(a, b, trans={trans}{options})", "d33,n32"
            yield f"sl.solve_triangular(a, b, {trans}{options})", "c33,c3"
    for law in LOCATED.split():
        for kind in (*DENSITIES, *TAILS):
            yield f"st.{law}.{kind}(a)", "n3"
            yield f"st.{law}.{kind}(a, b, scale=e)", "n3,n3,p3"
        yield f"st.{law}.ppf(a, b, e)", "u3,n3,p3"
    for law, shapes in SCALED.items():
        x = {"beta": "u3", "pareto": "q3"}.get(law, "p3")
        names = "".join(f"{n}, " for n in "fh"[: len(shapes)])
        codes = "".join(",q3" for _ in shapes)
        fixed = "".join("2.5, " for _ in shapes)
        for kind in DENSITIES:
            yield f"st.{law}.{kind}(a, {names}loc=-0.1 * b, scale=e)", f"{x},u0,p0{codes}"
        for kind in TAILS:
            yield f"st.{law}.{kind}(a, {fixed}loc=-0.1 * b, scale=e)", f"{x},u0,p0"
    for law, code in COUNTS.items():
        yield from ((f"st.{law}.{kind}(np.array([1, 0, 1]) + {int(law == 'geom')}, a)", f"{code}3")
                    for kind in ("logpmf", "pmf"))
    yield from ((f"st.binom.{kind}(np.array([1, 0, 4]), 5, a)", "u3") for kind in ("logpmf", "pmf"))
    yield from ((f"st.nbinom.{kind}(np.array([1, 2, 3]), b, a)", "u3,p3") for kind in ("logpmf", "pmf"))
    for name in ("convolve", "fftconvolve", "oaconvolve", "correlate"):
        for mode in ("full", "same", "valid"):
            for shapes in ("n6,n3", "n6,n4", "n56,n23", "n3,n5"):
                yield f"sg.{name}(a, b, mode='{mode}')", shapes
    yield from table(SPECIAL + LINALG.lstrip() + OTHER.lstrip())


def array(code, rng):
    kind, shape = code[0], tuple(int(digit) for digit in code[1:])
    if shape == (0,):
        return float(array(kind, rng))
    low, high = {"p": (0.5, 2.5), "q": (2.2, 4.0), "u": (0.1, 0.9)}.get(kind, (0.0, 0.0))
    if high:
        return rng.uniform(low, high, shape)
    if kind == "i":
        return np.cumsum(rng.uniform(0.5, 2.0, shape))
    x = rng.standard_normal(shape)
    if kind == "c":
        x = x + 1j * rng.standard_normal(shape)
    if kind == "s":
        x = x @ x.T
    return x + 3.0 * np.eye(shape[-1]) if kind in "sd" or (kind == "c" and len(shape) == 2) else x


@pytest.mark.sample(40)
@pytest.mark.parametrize(("text", "shapes"), list(cases()))
def test_rule(text, shapes):
    rng = np.random.default_rng(1)
    codes = list(zip("abefh", shapes.split(","), strict=False))
    arguments = {name: array(code, rng) for name, code in codes}
    symmetric = [name for name, code in codes if code[0] == "s"]
    check(text, symmetric=symmetric, space=SPACE, **arguments)


def test_xlogy_at_zero():
    f = primal("np.sum(sp.xlogy(a, b))", ["a", "b"], sp=sp)
    a_bar, b_bar = astgrad.grad(f, (0, 1))(np.zeros(2), np.array([2.0, 3.0]))
    np.testing.assert_allclose(a_bar, np.log([2.0, 3.0]))
    np.testing.assert_array_equal(b_bar, np.zeros(2))


REGULAR = [  # where a formula of the derivative would divide 0 by 0, or lose all digits
    ("sp.ellipk(x)", 0.0, math.pi / 8),
    ("sp.ellipe(x)", 0.0, -math.pi / 8),
    ("np.real(sp.lambertw(x))", 0.0, 1.0),
    ("sp.spence(x)", 1.0, -1.0),
    ("sp.boxcox(2.0, x)", 0.0, 0.5 * math.log(2.0) ** 2),
    ("sp.boxcox1p(1.0, x)", 0.0, 0.5 * math.log(2.0) ** 2),
    ("sp.inv_boxcox(2.0, x)", 0.0, -2.0 * math.exp(2.0)),
    ("sp.gammainc(1.0, x)", 0.0, 1.0),
    ("sp.betainc(1.0, 2.0, x)", 0.0, 2.0),
    ("sp.betainc(2.0, 1.0, x)", 1.0, 2.0),
    ("sp.eval_legendre(3, x)", 1.0, 6.0),
    ("sp.eval_chebyu(3, x)", -1.0, 20.0),
    ("sp.expn(0, x)", 2.0, -0.75 * math.exp(-2.0)),
    ("sp.log_ndtr(x)", -1e8, 1e8),
    ("sp.spherical_jn(1, x)", 0.0, 1.0 / 3.0),
    ("sp.spherical_in(0, x)", 0.0, 0.0),
]


@pytest.mark.parametrize(("text", "x", "expected"), REGULAR)
def test_regular_points(text, x, expected):
    f = primal(text, ["x"], **SPACE)
    np.testing.assert_allclose(astgrad.grad(f)(x), expected, rtol=1e-14)


@pytest.mark.parametrize("call", [
    "sp.jv(a, 1.0)", "sp.eval_jacobi(2, a, 1.0, 0.5)", "st.bradford.cdf(0.5, a)",
    "sp.diric(a, 3)", "sl.block_diag(a)",
])  # fmt: skip
def test_what_has_no_rule_is_refused(call):
    with pytest.raises(astgrad.errors.AstgradError):
        astgrad.grad(primal(f"np.sum({call})", ["a"], **SPACE))(np.ones(3))


@pytest.mark.parametrize(("call", "fix"), [
    ("si.solve_ivp(lambda t, y: -y, (0.0, 1.0), a).y[0, -1]", "give t_eval"),
    ("sl.qr(np.diag(a), pivoting=True)[1]", "order the columns before"),
    ("sl.lu(np.diag(a), permute_l=True)[0]", "multiply p @ l"),
    ("sp.ive(1.0, a + 1j)", "use the unscaled function"),
])  # fmt: skip
def test_refusals_say_what_to_write(call, fix):
    with pytest.raises(astgrad.errors.AstgradError, match=fix):
        astgrad.vjp(primal(call, ["a"], **SPACE), np.ones(3))


@pytest.mark.parametrize("name", ["sqrtm", "logm"])
def test_a_complex_function_of_a_real_matrix_raises(name):
    """The rules for real arrays are not used for it."""
    f = primal(f"np.sum(np.abs(sl.{name}(a)))", ["a"], **SPACE)
    with pytest.raises(ArithmeticError, match="pass a complex matrix"):
        astgrad.grad(f)(np.diag([1.0, -2.0]))
    assert np.all(np.isfinite(astgrad.grad(f)(np.diag([1.0 + 0.1j, -2.0]))))


def test_vector_laws_that_were_frozen_outside():
    c = np.array([[2.0, 0.5], [0.5, 1.0]])
    laws = {"a": st.multivariate_normal([0.0, 1.0], c), "b": st.multivariate_t([0.0, 1.0], c, df=3),
            "d": st.dirichlet([1.0, 2.0])}
    check("a.logpdf(x) * b.logpdf(x)", space=laws, x=np.array([0.3, 0.7]))
    check("d.logpdf(np.array([x, 1.0 - x])) + a.pdf(np.array([x, x]))", space=laws, x=0.3)


def test_the_text_imports_scipy_and_runs_alone():
    f = primal("np.sum(sp.gammaln(a)) + np.sum(st.norm.logpdf(a, 1.0, 2.0))", ["a"], sp=sp, st=st)
    text = astgrad.grad(f).source(np.ones(3))
    assert "import scipy.special\n" in text
    assert "astgrad" not in text
    space = {}
    exec(text, space)
    (gradient,) = space["f_grad"](np.ones(3)),
    np.testing.assert_allclose(gradient, astgrad.grad(f)(np.ones(3)))


def test_scipy_is_not_imported_without_need():
    code = ("import sys, numpy, astgrad; from rules.derivatives import primal; "
            "astgrad.grad(primal('numpy.sum(a**2)', ['a'], numpy=numpy))(numpy.ones(2)); "
            "sys.exit('scipy' in sys.modules)")
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    assert subprocess.run(command, check=False).returncode == 0
