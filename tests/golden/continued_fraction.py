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
        x_bar -= 2.0 * (tail_bar / tail * x)
        tail_bar = tail_bar1
    return (float(x_bar),)
