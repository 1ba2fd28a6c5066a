import math


def evaluation_trace_grad(x1, x2):
    # reverse
    x2_bar = x1 - math.cos(x2)
    x1_bar = x2 + 1.0 / x1
    return x1_bar, x2_bar
