def chebyshev_grad(n, x):
    """Written out for n = 7."""
    # forward
    t = 2 * x
    result = 2 * x**2 - 1
    result1 = t * result - x
    result2 = 2 * result**2 - 1
    # reverse
    result_bar = 2 * result1 * 2 * (2.0 * result)
    t_bar = 2.0 * x
    x_bar = -1.0 + result_bar * 2 * t_bar
    result_bar = result2 * 2
    x_bar -= result_bar
    result_bar1 = result_bar * t
    x_bar += result_bar1 * 2 * t_bar
    x_bar += result_bar * result * 2
    return (x_bar,)
