"""Derivatives in derivatives, three deep, with names that are shared and shadowed; and the
fourth lecture's last example: the derivative is itself a program.
"""

import numpy as np
import pytest

import astgrad


def test_one_name_at_three_levels():
    """d/dx of x * d/dx of x * d/dx x**3, each x its own."""
    def outer(x):
        def middle(x):
            def inner(x):
                return x**3

            return x * astgrad.grad(inner)(x)

        return x * astgrad.grad(middle)(x)

    assert outer(2.0) == 2.0 * 9.0 * 4.0
    assert astgrad.grad(outer)(2.0) == pytest.approx(27.0 * 4.0)


def test_captured_at_three_levels():
    def outer(x):
        def middle(y):
            def inner(z):
                return x * y * z * np.sin(x + 2.0 * y + 3.0 * z)

            return astgrad.grad(inner)(y) * x

        return astgrad.grad(middle)(x)

    assert astgrad.grad(outer)(0.4) == pytest.approx(astgrad.numerical_grad(outer)(0.4), rel=1e-7)
    second = astgrad.numerical_grad(astgrad.grad(outer))(0.4)
    assert astgrad.grad(astgrad.grad(outer))(0.4) == pytest.approx(second, rel=1e-7)


def test_modes_at_three_levels():
    def f(x, y):
        return np.sin(x * y) * x

    def along_x(x, y):
        return astgrad.jvp(lambda x: f(x, y), (x,), (1.0,))[1]

    def mixed(x, y):
        return astgrad.grad(along_x, 1)(x, y)

    x, y = 0.3, 0.7
    exact = x * (2.0 * np.cos(x * y) - x * y * np.sin(x * y))
    assert mixed(x, y) == pytest.approx(exact)
    assert astgrad.grad(mixed)(x, y) == pytest.approx(astgrad.numerical_grad(mixed)(x, y), rel=1e-7)


def power(x, n):
    return 1.0 if n == 0 else x * power(x, n - 1)


def tree_sum(node):
    left, right, value = node
    if left is None:
        return value**3
    return tree_sum(left) * tree_sum(right) + value**2


def test_recursion_under_second_order():
    assert astgrad.grad(astgrad.grad(lambda x: power(x, 5)))(2.0) == pytest.approx(20 * 8.0)
    leaf = (None, None, 2.0)

    def f(x):
        return tree_sum(((None, None, x), leaf, x))

    assert astgrad.grad(astgrad.grad(f))(1.5) == pytest.approx(6 * 1.5 * 8.0 + 2.0)


def test_in_a_loop():
    """A derivative in each trip, of a function that captures what the loop carries."""
    def f(x):
        total = x
        for i in range(3):
            total = total + astgrad.grad(lambda y, t=total, i=i: np.sin(t * y) * (i + 1.0))(x)
        return total

    assert astgrad.grad(f)(0.2) == pytest.approx(astgrad.numerical_grad(f)(0.2), rel=1e-6)


# -- worked examples, I -----------------------------------------------------------------------


def quartic(x):
    return np.sum(x**4) + x[0] * x[1] ** 2


def test_gradient_of_the_gradient():
    """From the generated code: the text of the gradient's derivative is plain NumPy."""
    x = np.array([1.0, 2.0, 3.0])
    gradient = astgrad.grad(quartic)
    np.testing.assert_allclose(gradient(x), 4 * x**3 + [4.0, 4.0, 0.0])
    hessian = np.diag(12 * x**2) + np.array([[0.0, 4.0, 0.0], [4.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(astgrad.jacobian(gradient)(x), hessian)
    np.testing.assert_allclose(astgrad.hessian(quartic)(x), hessian)
    v = np.array([1.0, -1.0, 0.5])
    np.testing.assert_allclose(astgrad.hvp(quartic, (x,), (v,))[0], hessian @ v)
    text = astgrad.hessian(quartic).source(x)
    assert text.startswith("import numpy as np\n\n\ndef quartic_hessian(x):")
    space = {}
    exec(text, space)
    np.testing.assert_allclose(space["quartic_hessian"](x), hessian)


def test_the_generated_code_again():
    x = np.array([1.0, 2.0, 3.0])
    compiled = astgrad.grad(quartic).compiled(x)
    np.testing.assert_allclose(astgrad.jacobian(compiled)(x), astgrad.hessian(quartic)(x))
