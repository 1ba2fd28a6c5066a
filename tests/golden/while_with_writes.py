import numpy as np


def while_with_writes_grad(x, floor):
    # forward
    r = x.copy()
    log = np.zeros(100)
    i_saved = []
    t_saved = []
    k_saved = []
    k = 0
    trips = 0
    while True:
        k_saved.append(k)
        t = np.absolute(r)
        t1 = np.max(t) > floor
        t_saved.append(t1)
        if t1:
            i = int(np.argmax(t))
            i_saved.append(i)
            t = r[i]
            log[k] = t
            r[i] = 0.4 * t + 0.05 * r[i - 1]
            k += 1
            done = False
        else:
            done = True
        trips += 1
        if done:
            break
    # reverse
    r_bar = np.ones_like(r)
    log_bar = 2.0 * log
    for _ in range(trips):
        t = t_saved.pop()
        k = k_saved.pop()
        if t:
            i = i_saved.pop()
            # r[i] = 0.4 * r[i] + 0.05 * r[i - 1]
            t_bar = r_bar[i]
            r_bar[i] = 0.0
            r_bar[i - 1] += t_bar * 0.05
            # log[k] = r[i]
            r_bar[i] += t_bar * 0.4 + log_bar[k]
            log_bar[k] = 0.0
    return (r_bar,)
