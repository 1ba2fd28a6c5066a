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
    product = np.eye(n)
    product1 = matrices_2 @ product
    t = np.absolute(product1)
    t1 = np.max(t)
    t2 = 1.0 + t1
    product2 = product1 / t2
    product3 = matrices_1 @ product2
    t3 = np.absolute(product3)
    t4 = np.max(t3)
    t5 = 1.0 + t4
    product4 = product3 / t5
    product5 = matrices_0 @ product4
    t6 = np.absolute(product5)
    t7 = np.max(t6)
    t8 = 1.0 + t7
    product6 = product5 / t8
    # reverse
    x_bar = x @ product6 + product6 @ x
    product_bar = np.outer(x, x)
    product_bar += np.eye(product6.shape[0], M=product6.shape[1])
    # product /= 1.0 + np.abs(product).max()
    product_bar1 = product_bar / t8
    product_bar1 -= (
        np.sum(product_bar * product6) / t8 * ties(t6, t7, None) * np.sign(product5)
    )
    # product = matrix @ product
    matrices_0_bar = product_bar1 @ product4.T
    product_bar = matrices_0.T @ product_bar1
    # product /= 1.0 + np.abs(product).max()
    product_bar1 = product_bar / t5
    product_bar1 -= (
        np.sum(product_bar * product4) / t5 * ties(t3, t4, None) * np.sign(product3)
    )
    # product = matrix @ product
    matrices_1_bar = product_bar1 @ product2.T
    product_bar = matrices_1.T @ product_bar1
    # product /= 1.0 + np.abs(product).max()
    product_bar1 = product_bar / t2
    product_bar1 -= (
        np.sum(product_bar * product2) / t2 * ties(t, t1, None) * np.sign(product1)
    )
    # product = matrix @ product
    matrices_2_bar = product_bar1 @ product.T
    return [matrices_0_bar, matrices_1_bar, matrices_2_bar], x_bar
