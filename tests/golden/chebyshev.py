def chebyshev_grad(n, x):
    """Written out for n = 7."""
    # forward
    t = 2 * x
    t1 = 2 * x**2 - 1
    # reverse
    t_bar = 2.0 * x
    x_bar = -1.0 + 2 * (t * t1 - x) * 2 * (2.0 * t1) * 2 * t_bar
    t_bar1 = (2 * t1**2 - 1) * 2
    x_bar -= t_bar1
    x_bar += t_bar1 * t * 2 * t_bar
    x_bar += t_bar1 * t1 * 2
    return (x_bar,)
