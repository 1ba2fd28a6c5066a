import math


def walrus_series_grad(x):
    # forward
    t_saved = []
    t_saved1 = []
    term_saved = []
    k = 0
    term = 1.0
    total = 1.0
    trips = 0
    while True:
        term_saved.append(term)
        k += 1
        t = k**2
        t_saved1.append(t)
        t = term * (x / 2) ** 2 / t
        term = -t
        t1 = abs(term) > 1e-14
        t_saved.append(t1)
        if t1:
            total -= t
            done = False
        else:
            done = True
        trips += 1
        if done:
            break
    t = math.exp(-(x / 4))
    result = total * t
    # reverse
    x_bar = -(result * 0.25)
    term_bar = 0.0
    for _ in range(trips):
        t1 = t_saved.pop()
        t2 = t_saved1.pop()
        t_bar = ((-t if t1 else 0.0) - term_bar) / t2
        t1 = x / 2
        term = term_saved.pop()
        term_bar = t_bar * t1**2
        x_bar += t_bar * term * (2.0 * t1) * 0.5
    return (float(x_bar),)
