import numpy as np


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def matrix_chain_grad(matrices, x):
    matrices_0 = matrices[0]
    matrices_1 = matrices[1]
    matrices_2 = matrices[2]
    # forward
    n = len(x)
    product1 = np.eye(n)
    product2 = matrices_2 @ product1
    t = np.absolute(product2)
    t1 = np.max(t)
    t2 = 1.0 + t1
    t3 = product2 / t2
    product3 = product2.copy()
    product3[...] = t3
    product4 = matrices_1 @ product3
    t4 = np.absolute(product4)
    t5 = np.max(t4)
    t6 = 1.0 + t5
    t7 = product4 / t6
    product5 = product4.copy()
    product5[...] = t7
    product6 = matrices_0 @ product5
    t8 = np.absolute(product6)
    t9 = np.max(t8)
    t10 = 1.0 + t9
    t11 = product6 / t10
    product = product6.copy()
    product[...] = t11
    # reverse
    product_bar = np.outer(x, x)
    product_bar += np.eye(product.shape[0], M=product.shape[1])
    # product /= 1.0 + np.abs(product).max()
    product_bar1 = 1.0 / t10 * product_bar
    product_bar1 += (
        np.sum(-(product_bar * (t11 / t10)))
        * ties(t8, np.full_like(t8, t9), None)
        * np.sign(product6)
    )
    # product = matrix @ product
    matrices_0_bar = product_bar1 @ product5.T
    product_bar = matrices_0.T @ product_bar1
    # product /= 1.0 + np.abs(product).max()
    product_bar1 = 1.0 / t6 * product_bar
    product_bar1 += (
        np.sum(-(product_bar * (t7 / t6)))
        * ties(t4, np.full_like(t4, t5), None)
        * np.sign(product4)
    )
    # product = matrix @ product
    matrices_1_bar = product_bar1 @ product3.T
    product_bar = matrices_1.T @ product_bar1
    # product /= 1.0 + np.abs(product).max()
    product_bar1 = 1.0 / t2 * product_bar
    product_bar1 += (
        np.sum(-(product_bar * (t3 / t2)))
        * ties(t, np.full_like(t, t1), None)
        * np.sign(product2)
    )
    # product = matrix @ product
    matrices_2_bar = product_bar1 @ product1.T
    return [matrices_0_bar, matrices_1_bar, matrices_2_bar], x @ product + product @ x
