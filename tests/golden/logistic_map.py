def logistic_map_grad(x, r, steps):
    # forward
    x_saved = []
    k = 0
    total = 0.0
    trips = 0
    while True:
        t = k < steps
        if not (t and x < 0.95):
            break
        x_saved.append(x)
        if x < 0.5:
            x = r * x * (1 - x)
        else:
            x = 0.9 * r * x * (1 - x) + 0.02 * total
        total += x
        k += 1
        trips += 1
    # reverse
    total_bar = 1.0
    x_bar = 1.0
    r_bar = 0.0
    for _ in range(trips):
        # total += x
        x_bar += total_bar
        x = x_saved.pop()
        if x < 0.5:
            # x = r * x * (1 - x)
            t_bar = x_bar * (1 - x)
            r_bar += t_bar * x
            x_bar = t_bar * r - x_bar * (r * x)
        else:
            # x = 0.9 * r * x * (1 - x) + 0.02 * total
            total_bar += x_bar * 0.02
            t = 0.9 * r
            t_bar = x_bar * (1 - x)
            x_bar = t_bar * t - x_bar * (t * x)
            r_bar += t_bar * x * 0.9
    return float(x_bar), float(r_bar)
