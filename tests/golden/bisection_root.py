def bisection_root_grad(a, b, low, high):
    # forward
    f_low = low**3 + a * low - b
    t_saved = []
    middle_saved = []
    low1 = low
    trips = 0
    while high - low1 > 0.02:
        middle = 0.5 * (low1 + high)
        middle_saved.append(middle)
        f_middle = middle**3 + a * middle - b
        t = f_low * f_middle <= 0
        t_saved.append(t)
        if t:
            high = middle
        else:
            low1 = middle
            f_low = f_middle
        trips += 1
    f_high = high**3 + a * high - b
    t = high - low1
    t1 = f_high - f_low
    # reverse
    f_high_bar = f_low * t / t1 / t1
    b_bar = -f_high_bar
    f_low_bar = b_bar - t / t1
    a_bar = f_high_bar * high
    for _ in range(trips):
        t = t_saved.pop()
        if t:
            f_middle_bar = 0.0
        else:
            f_low_bar, f_middle_bar = 0.0, f_low_bar
        b_bar -= f_middle_bar
        middle = middle_saved.pop()
        a_bar += f_middle_bar * middle
    b_bar -= f_low_bar
    a_bar += f_low_bar * low
    return float(a_bar), float(b_bar)
