import math


def evaluation_trace_grad(x1, x2):
    # forward
    # reverse
    x2_1 = x2 + 1.0 / x1
    return x2_1, x1 - math.cos(x2)
