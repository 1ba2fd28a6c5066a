"""Complex arguments and results: dL/dx - i dL/dy in both modes, Jacobians by two sweeps."""

import numpy as np
import pytest

import astgrad

Z, X = np.array([1 + 2j, 0.5 - 1j, 2j]), np.array([0.3, 0.5])
LOSSES = (
    lambda z: np.sum(np.abs(z) ** 2 * z.real), lambda z: np.sum(np.exp(z).imag),
    lambda z: np.abs(z[0] * z[1]) + z[2].real, lambda z: np.linalg.norm(np.outer(z, z)),
)  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_a_real_loss(loss, mode):
    found = astgrad.grad(loss, mode=mode)(Z)
    np.testing.assert_allclose(found, astgrad.numerical_grad(loss)(Z), 1e-7, 1e-9)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_numbers_and_structures(mode):
    assert astgrad.grad(lambda z: abs(z) ** 2, mode=mode)(1 + 2j) == pytest.approx(2 - 4j)
    found = astgrad.grad(lambda d: abs(d["z"]) ** 2 * d["x"], mode=mode)({"z": 1 + 2j, "x": 3.0})
    assert found["z"] == pytest.approx(6 - 12j)
    assert found["x"] == pytest.approx(5.0)
    assert type(found["x"]) is float
    matrix = np.outer(Z, Z.conj())
    loss = lambda a: np.sum(np.abs(a @ a))  # noqa: E731
    np.testing.assert_allclose(astgrad.grad(loss, mode=mode)(matrix),
                               astgrad.numerical_grad(loss)(matrix), 1e-6)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_a_holomorphic_function(mode):
    found = astgrad.grad(lambda z: z**3, holomorphic=True, mode=mode)(1 + 2j)
    assert found == pytest.approx(3 * (1 + 2j) ** 2)


@pytest.mark.parametrize("jacobian", [astgrad.jacfwd, astgrad.jacrev, astgrad.jacobian])
def test_jacobians(jacobian):
    np.testing.assert_allclose(jacobian(lambda x: np.exp(1j * x))(X), np.diag(1j * np.exp(1j * X)))
    np.testing.assert_allclose(jacobian(lambda z: np.abs(z) ** 2)(Z), np.diag(2 * Z.conj()))
    np.testing.assert_allclose(jacobian(lambda z: z**2, holomorphic=True)(Z), np.diag(2 * Z))
    with pytest.raises(TypeError, match="holomorphic functions only"):
        jacobian(lambda z: z * np.conj(z))(Z)


def test_derivative():
    assert astgrad.derivative(lambda z: z**3)(1 + 2j) == pytest.approx(3 * (1 + 2j) ** 2)
    with pytest.raises(TypeError, match="use grad"):
        astgrad.derivative(lambda z: abs(z) ** 2)(1 + 2j)


def test_second_derivatives_of_a_real_loss():
    """A Hessian by complex arguments would be two numbers an entry: refused; its product with a direction is not."""
    def loss(z):
        return np.sum(np.abs(z) ** 4)

    z, v = np.array([1.0 + 2.0j, 0.5 - 1.0j]), np.array([0.3 - 0.1j, 0.7 + 0.2j])
    with pytest.raises(astgrad.AstgradError, match="holomorphic functions only"):
        astgrad.hessian(loss)(z)
    (along,) = astgrad.hvp(loss, (z,), (v,))
    np.testing.assert_allclose(
        along, 4.0 * (2.0 * (np.conj(z) * v).real * np.conj(z) + np.abs(z) ** 2 * np.conj(v)), rtol=1e-12)


def test_a_holomorphic_hessian():
    hessian = astgrad.hessian(lambda z: z[0] ** 2 * z[1] + z[2] ** 3, holomorphic=True)
    expected = [[2 * Z[1], 2 * Z[0], 0], [2 * Z[0], 0, 0], [0, 0, 6 * Z[2]]]
    np.testing.assert_allclose(hessian(Z), expected)
    assert astgrad.hessian(lambda z: z**3, holomorphic=True)(1 + 2j) == pytest.approx(6 + 12j)
    with pytest.raises(TypeError, match="holomorphic"):
        astgrad.hessian(lambda z: np.sum(z**3))(Z)
