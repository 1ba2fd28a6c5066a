import math


def simpson_grad(a, b, panels):
    # forward
    t2 = b - a
    h = t2 / panels
    t3 = a * a / t2
    t = math.exp(-t3)
    t4 = math.cos(a)
    result = t * t4
    t5 = b * b / t2
    t1 = math.exp(-t5)
    t6 = math.cos(b)
    result1 = t1 * t6
    total = result + result1
    t_saved = []
    for k in range(1, panels):
        if k % 2:
            t7 = 4
        else:
            t7 = 2
        t_saved.append(t7)
        t8 = a + k * h
        result = math.exp(-(t8 * t8 / t2)) * math.cos(t8)
        total += t7 * result
    # reverse
    total_bar = h / 3
    h_bar = total / 3
    a_bar = 0.0
    b_bar = 0.0
    for k in reversed(range(1, panels)):
        t7 = t_saved.pop()
        # total += (4 if k % 2 else 2) * integrand(a + k * h)
        result_bar = total_bar * t7
        t7 = a + k * h
        t8 = t7 * t7 / t2
        t9 = math.exp(-t8)
        t_bar = result_bar * math.cos(t7) * t9
        width_bar = t_bar * (t8 / t2)
        t_bar = t_bar / t2 * t7
        t_bar = -(result_bar * t9 * math.sin(t7)) - t_bar - t_bar
        # width = b - a
        b_bar += width_bar
        # total += (4 if k % 2 else 2) * integrand(a + k * h)
        h_bar += t_bar * k
        a_bar = a_bar - width_bar + t_bar
    t_bar = total_bar * t6 * t1
    width_bar = t_bar * (t5 / t2)
    t_bar2 = t_bar / t2 * b
    t_bar = total_bar * t4 * t
    width_bar1 = t_bar * (t3 / t2)
    t_bar = t_bar / t2 * a
    # h = (b - a) / panels
    t_bar1 = h_bar / panels
    return (
        float(
            a_bar
            - width_bar
            - total_bar * t * math.sin(a)
            - t_bar
            - t_bar
            - width_bar1
            - t_bar1,
        ),
        float(
            b_bar
            - total_bar * t1 * math.sin(b)
            - t_bar2
            - t_bar2
            + width_bar
            + width_bar1
            + t_bar1,
        ),
    )
