import numpy as np


def out_argument_grad(x, w):
    # forward
    work = np.empty_like(x)
    n = len(w)
    work_saved = []
    work_saved1 = []
    t_saved = []
    work_saved2 = []
    for k in range(n):
        work_saved2.append(work.copy())
        work[...] = x * w[k]
        t = np.tanh(work)
        t_saved.append(t)
        work_saved1.append(work.copy())
        work[...] = t
        work_saved.append(work.copy())
        work += x
    # reverse
    work_bar = np.zeros_like(work)
    work_bar[0] = 1.0
    w_bar = np.zeros_like(w)
    x_bar = np.zeros_like(x)
    for k in reversed(range(n)):
        # total += np.sum(work**2)
        work_bar1 = work_bar + 2.0 * work
        # np.add(work, x, out=work)
        work[...] = work_saved.pop()
        x_bar += work_bar1
        # np.tanh(work, out=work)
        work[...] = work_saved1.pop()
        t = t_saved.pop()
        work_bar1 = work_bar1 * (1.0 - t**2)
        # np.multiply(x, w[k], out=work)
        work[...] = work_saved2.pop()
        x_bar += w[k] * work_bar1
        w_bar[k] += work_bar1 @ x
        work_bar = np.zeros_like(work_bar)
    return x_bar, w_bar
