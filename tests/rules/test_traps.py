"""Points that derivatives by other tools are known to get wrong, one test for each."""

import numpy as np
import pytest

import astgrad
from tests.rules.derivatives import check, primal

WEIGHT = np.array([[1.0, -2.0, 0.5], [0.3, 0.7, 1.1]])


def gradient(text, x, **space):
    return astgrad.grad(primal(text, ["x"], **space))(np.array(x))


def test_a_product_with_zeros():
    np.testing.assert_array_equal(gradient("np.prod(x)", [2.0, 0.0, 3.0]), [0.0, 6.0, 0.0])
    np.testing.assert_array_equal(gradient("np.prod(x)", [0.0, 0.0, 3.0]), [0.0, 0.0, 0.0])


def test_products_up_to_an_element_with_zeros():
    found = gradient("np.sum(np.cumprod(x) * np.array([1.0, 10.0, 100.0]))", [2.0, 0.0, 3.0])
    np.testing.assert_array_equal(found, [1.0, 620.0, 0.0])


def test_the_determinant_of_a_singular_matrix():
    found = gradient("np.linalg.det(x)", [[1.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(found, [[4.0, -2.0], [-2.0, 1.0]], atol=1e-12)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_bad_branch_that_is_not_taken():
    found = gradient("np.sum(np.where(x > 0.0, np.log(x), x))", [0.0, 2.0, -1.0])
    np.testing.assert_array_equal(found, [1.0, 0.5, 1.0])


@pytest.mark.parametrize("text", ["np.linalg.norm(x)", "np.linalg.norm(x, axis=0).sum()"])
def test_the_norm_of_zeros(text):
    np.testing.assert_array_equal(gradient(text, [[0.0, 0.0]]), [[0.0, 0.0]])


@pytest.mark.parametrize("text", ["x ** 0.0", "x ** 0", "np.power(x, 0.0)"])
def test_the_power_zero(text):
    np.testing.assert_array_equal(gradient(f"np.sum({text})", [0.0, -1.0, 2.0]), [0.0, 0.0, 0.0])


@pytest.mark.parametrize("text", ["np.max(x)", "np.mean(x)", "np.min(x) * np.mean(x, axis=0)[0]",
                                  "np.max(x, axis=1).mean()", "np.std(x)", "np.median(x)"])
def test_single_precision_stays(text):
    """Its gradient, and the gradient's gradient."""
    x = np.array([[1.0, 3.0], [3.0, 0.5]], np.float32)
    f = primal(text, ["x"])
    grad = astgrad.grad(f)
    assert grad(x).dtype == np.float32
    assert astgrad.grad(primal("np.sum(g(x) * x)", ["x"], g=grad))(x).dtype == np.float32


def test_einsum_that_broadcasts():
    x = np.array([[1.0, 2.0, -1.0]])
    check("np.einsum('ij,ij->ij', x, y)", x=x, y=WEIGHT)
    check("np.einsum('...i,...i->...', x, y)", x=x[0], y=WEIGHT)
    check("np.einsum('i...->...', x)", x=WEIGHT)


def test_broadcast_to_more_dimensions():
    found = gradient("np.sum(weight * np.broadcast_to(x, (2, 3)))", [1.0, 2.0, 3.0], weight=WEIGHT)
    np.testing.assert_allclose(found, WEIGHT.sum(axis=0))


def test_repeated_eigenvalues_whose_vectors_are_unused():
    found = gradient("w, v = np.linalg.eigh(x); np.sum(w ** 2)", np.diag([2.0, 2.0, 1.0]))
    np.testing.assert_allclose(found, np.diag([4.0, 4.0, 2.0]), atol=1e-12)


def test_the_spread_of_constant_data():
    np.testing.assert_array_equal(gradient("np.std(x)", [2.0, 2.0]), [0.0, 0.0])


def test_a_gradient_by_bools():
    with pytest.raises(TypeError, match="x"):
        gradient("np.sum(x * 2.0)", [True, False])


def test_adding_at_repeated_indices():
    found = gradient("y = np.zeros(2); np.add.at(y, [0, 0, 1], x); np.sum(y ** 2)", [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(found, [6.0, 6.0, 6.0])
    found = gradient("y = np.zeros(2); y[[0, 0, 1]] += x; np.sum(y ** 2)", [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(found, [0.0, 4.0, 6.0])


def test_a_transposed_matrix_and_its_method_dot():
    check("w.T.dot(x)", w=WEIGHT, x=np.array([0.5, -1.0]))
    check("w.T.dot(x)", w=WEIGHT, x=np.array([[0.5, -1.0], [2.0, 0.1]]))
