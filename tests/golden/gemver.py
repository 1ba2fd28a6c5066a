import numpy as np


def gemver_grad(alpha, beta, a, u1, v1, u2, v2, y, z):
    # forward
    a = a.copy()
    a += np.outer(u1, v1) + np.outer(u2, v2)
    t = y @ a
    x = beta * t + z
    t1 = a @ x
    w = alpha * t1
    # reverse
    # w = alpha * (a @ x)
    alpha_bar = x @ t1
    t_bar = alpha * x
    x_bar = w + t_bar @ a
    # x = beta * (y @ a) + z
    beta_bar = x_bar @ t
    t_bar1 = beta * x_bar
    y_bar = a @ t_bar1
    a_bar = np.array((t_bar, y)).T @ np.array((x, t_bar1))
    # a += np.outer(u1, v1) + np.outer(u2, v2)
    u2_bar = a_bar @ v2
    v2_bar = u2 @ a_bar
    u1_bar = a_bar @ v1
    v1_bar = u1 @ a_bar
    return (
        float(alpha_bar),
        float(beta_bar),
        a_bar,
        u1_bar,
        v1_bar,
        u2_bar,
        v2_bar,
        y_bar,
        x_bar,
    )
