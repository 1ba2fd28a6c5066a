def alias_write_grad(x, s):
    # forward
    a = x * s
    t = a[0]
    a[0] = s * s
    t1 = a[0]
    t2 = a[1:].copy()
    a[1:] = t2 * t1
    # reverse
    a_bar = 3.0 * a**2
    a_bar[-1] += 1.0
    # b[1:] *= a[0]
    t_bar = a_bar[1:]
    t_bar1 = t_bar @ t2
    a_bar[1:] = t1 * t_bar
    a_bar[0] += t_bar1
    # b[0] = s * s
    s_bar = 2.0 * (a_bar[0] * s)
    # before = a[0] ** 2
    a_bar[0] = 2.0 * t
    # a = x * s
    x_bar = s * a_bar
    s_bar += a_bar @ x
    return x_bar, float(s_bar)
