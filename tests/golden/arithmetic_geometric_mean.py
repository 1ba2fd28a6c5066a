import math


def arithmetic_geometric_mean_grad(a, b):
    # forward
    t = a < b
    if t:
        a, b = b, a
    b_saved = []
    a_saved = []
    trips = 0
    while abs(a - b) > 1e-09 * a:
        b_saved.append(b)
        a_saved.append(a)
        a1 = 0.5 * (a + b)
        b = math.sqrt(a * b)
        trips += 1
        a = a1
    # reverse
    a_bar = 1.0
    b_bar = 0.0
    for _ in range(trips):
        # a, b = 0.5 * (a + b), math.sqrt(a * b)
        t_bar = b_bar * (0.5 / b)
        b = b_saved.pop()
        a = a_saved.pop()
        a_bar1 = t_bar * b
        b_bar = t_bar * a
        t_bar = a_bar * 0.5
        a_bar = a_bar1 + t_bar
        b_bar += t_bar
    if t:
        b_bar, a_bar = a_bar, b_bar
    return float(a_bar), float(b_bar)
