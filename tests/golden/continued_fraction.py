def continued_fraction_grad(x, depth):
    # forward
    tail = 2 * depth + 1.0
    tail_saved = []
    t = x * x
    for k in range(depth, 0, -1):
        tail_saved.append(tail)
        tail = 2 * k - 1 - t / tail
    result = x / tail
    # reverse
    x_bar = 1.0 / tail
    tail_bar = -(result / tail)
    for k in reversed(range(depth, 0, -1)):
        tail = tail_saved.pop()
        # tail = (2 * k - 1) - x * x / tail
        tail_bar1 = tail_bar * (t / tail / tail)
        t_bar = tail_bar / tail * x
        x_bar -= t_bar
        x_bar -= t_bar
        tail_bar = tail_bar1
    return (float(x_bar),)
