import math
import numpy as np


def ridge_regression_grad(log_penalty, x, y, x_test, y_test):
    # forward
    n = x.shape[1]
    t = x.T
    t1 = math.exp(log_penalty)
    t2 = np.eye(n)
    gram = t @ x + t1 * t2
    w = np.linalg.solve(gram, t @ y)
    residual = x_test @ w - y_test
    # reverse
    residual_bar = 0.5 / (residual**2).size * (2.0 * residual)
    # residual = x_test @ w - y_test
    w_bar = residual_bar @ x_test
    # w = np.linalg.solve(gram, x.T @ y)
    t_bar = np.linalg.solve(gram.T, w_bar)
    t_bar1 = np.outer(t_bar, w)
    gram_bar = -t_bar1
    y_bar = t_bar @ t
    x_bar = np.outer(y, t_bar)
    # gram = x.T @ x + np.exp(log_penalty) * np.eye(d)
    log_penalty_bar = -(np.sum(t_bar1 * t2) * t1)
    x_bar += x @ gram_bar
    x_bar += x @ gram_bar.T
    return float(log_penalty_bar), x_bar, y_bar
