import numpy as np


def share_exp(x, total):
    """exp(x - total), and a half where both are -inf."""
    return np.where(
        total == -np.inf, 0.5, np.exp(x - np.where(total == -np.inf, 0.0, total))
    )


def logistic_regression_grad(w, b, x, labels):
    # forward
    margins = labels * (x @ w + b)
    t = -margins
    t1 = np.logaddexp(0.0, t)
    # reverse
    w_bar = 0.02 * w
    # margins = labels * (x @ w + b)
    t_bar = share_exp(t, t1) / t1.size * labels
    b_bar = -np.sum(t_bar)
    w_bar += -t_bar @ x
    return w_bar, float(b_bar)
