"""The confluent hypergeometric function by its parameters, to any order.  NumPy only."""

import numpy as np


def next_term(term, factor, by_a, by_b, divisor):
    """The derivatives (p times by a, q by b) of a term times (factor / divisor): the factor's
    own are by_a and by_b, the divisor's 0 and 1.
    """
    made = dict(term)
    for p, q in term:
        value = factor * term[p, q]
        if p:
            value = value + p * by_a * term[p - 1, q]
        if q:
            value = value + q * (by_b * term[p, q - 1] - made[p, q - 1])
        made[p, q] = value / divisor
    return made


def hyp1f1_slope(a, b, x, i, j, n):
    """The derivative of hyp1f1 by a (i times), b (j times) and x (n times), by its power series;
    where x < 0, by that of exp(x) * hyp1f1(b - a, b, -x).  NaN where cancellation leaves fewer
    than 8 digits.
    """
    term = {(p, q): 0.0 * (a + b + x) for p in range(i + 1) for q in range(j + 1)}
    term[0, 0] = term[0, 0] + 1.0
    for k in range(n):
        term = next_term(term, a + k, 1.0, 0.0, b + k)
    first = np.where(x < 0, b - a, a + n)
    by_a, by_b = np.where(x < 0, -1.0, 1.0), np.where(x < 0, 1.0, 0.0)
    total, size = term[i, j], np.abs(term[i, j])
    for m in range(20000):
        term = next_term(term, first + m, by_a, by_b, b + n + m)
        term = {key: value * (np.abs(x) / (m + 1)) for key, value in term.items()}
        total, size = total + term[i, j], size + np.abs(term[i, j])
        if m > i + j + n and not np.any(np.abs(term[i, j]) > 1e-17 * size):
            break
    value = np.exp(np.minimum(x, 0.0)) * total
    return np.where(size > 1e8 * np.abs(total), np.nan, value)[()]
