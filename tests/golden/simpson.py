import math


def simpson_grad(a, b, panels):
    # forward
    t = b - a
    h = t / panels
    t1 = a * a / t
    t2 = math.exp(-t1)
    t3 = math.cos(a)
    t4 = b * b / t
    t5 = math.exp(-t4)
    t6 = math.cos(b)
    total = t2 * t3 + t5 * t6
    t_saved = []
    for k in range(1, panels):
        if k % 2:
            t7 = 4
        else:
            t7 = 2
        t_saved.append(t7)
        t8 = a + k * h
        total += t7 * (math.exp(-(t8 * t8 / t)) * math.cos(t8))
    # reverse
    total_bar = h / 3
    h_bar = total / 3
    a_bar = 0.0
    b_bar = 0.0
    for k in reversed(range(1, panels)):
        t7 = t_saved.pop()
        # total += (4 if k % 2 else 2) * integrand(a + k * h)
        t_bar = total_bar * t7
        t7 = a + k * h
        t8 = t7 * t7 / t
        t9 = math.exp(-t8)
        t_bar1 = t_bar * math.cos(t7) * t9
        width_bar = t_bar1 * (t8 / t)
        t_bar = -(t_bar * t9 * math.sin(t7)) - 2.0 * (t_bar1 / t * t7)
        # width = b - a
        b_bar += width_bar
        a_bar -= width_bar
        # total += (4 if k % 2 else 2) * integrand(a + k * h)
        a_bar += t_bar
        h_bar += t_bar * k
    b_bar -= total_bar * t5 * math.sin(b)
    t_bar = total_bar * t6 * t5
    width_bar = t_bar * (t4 / t)
    b_bar -= 2.0 * (t_bar / t * b)
    # width = b - a
    b_bar += width_bar
    a_bar -= width_bar
    a_bar -= total_bar * t2 * math.sin(a)
    t_bar = total_bar * t3 * t2
    width_bar = t_bar * (t1 / t)
    a_bar -= 2.0 * (t_bar / t * a)
    b_bar += width_bar
    a_bar -= width_bar
    # h = (b - a) / panels
    t_bar = h_bar / panels
    b_bar += t_bar
    a_bar -= t_bar
    return float(a_bar), float(b_bar)
