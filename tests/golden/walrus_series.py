import math


def walrus_series_grad(x):
    # forward
    t_saved = []
    t_saved1 = []
    term_saved = []
    t = x / 2
    k = 0
    term = 1.0
    total = 1.0
    trips = 0
    while True:
        term_saved.append(term)
        k += 1
        t1 = k**2
        t_saved1.append(t1)
        t1 = term * t**2 / t1
        term = -t1
        t2 = abs(term) > 1e-14
        t_saved.append(t2)
        if t2:
            total -= t1
            done = False
        else:
            done = True
        trips += 1
        if done:
            break
    t1 = math.exp(-(x / 4))
    result = total * t1
    # reverse
    x_bar = -(result * 0.25)
    t_bar = 2.0 * t
    term_bar = 0.0
    for _ in range(trips):
        t2 = t_saved.pop()
        t3 = t_saved1.pop()
        t_bar1 = ((-t1 if t2 else 0.0) - term_bar) / t3
        term = term_saved.pop()
        term_bar = t_bar1 * t**2
        x_bar += t_bar1 * term * t_bar * 0.5
    return (float(x_bar),)
