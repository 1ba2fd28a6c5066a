"""What a write, and a read, in a loop costs when the array around it grows.

    python benchmarks/writes.py

For each way to write: CPU time of a trip of the gradient, both sweeps, in an array of 2,000 and of
200,000 elements, and how many times as much the larger one costs.  1 is what is asked for.
"""

import copy
import time

import numpy as np

import astgrad


def element(a, n):
    for i in range(1, n):
        a[i] = np.sin(a[i - 1]) * a[i]
    return a[n - 1]


def slices(a, n):
    for i in range(1, n):
        a[3 * i : 3 * i + 3] = np.sin(a[3 * i - 3 : 3 * i]) * a[3 * i : 3 * i + 3]
    return a[3 * n - 2]


def element_of_a_row(A, n):
    for i in range(1, n):
        row = A[i]
        row[1] = np.sin(A[i - 1, 1]) * row[1]
    return A[n - 1, 1]


def through_t(A, n):
    B = A.T
    for i in range(1, n):
        B[1, i] = np.sin(B[1, i - 1]) * B[1, i]
    return A[n - 1, 1]


def through_swapped_axes(A, n):
    B = np.swapaxes(A, 0, 1)
    for i in range(1, n):
        B[1, i] = np.sin(B[1, i - 1]) * B[1, i]
    return A[n - 1, 1]


def flipped(a, n):
    b = a[::-1]
    for i in range(1, n):
        b[i] = np.sin(b[i - 1]) * b[i]
    return b[n - 1]


def through_reshape(a, n):
    B = a.reshape(200, -1)
    for i in range(1, n):
        B[i, 1] = np.sin(B[i - 1, 1]) * B[i, 1]
    return B[n - 1, 1]


def lists_in_a_list(g, n):
    for i in range(1, n):
        g[i][1] = np.sin(g[i - 1][1]) * g[i][1]
    return g[n - 1][1]


def only_read(a, n):
    s = 0.0
    for i in range(n):
        s = np.sin(s + a[i])
    return s


def vector(size):
    return np.linspace(0.5, 1.5, size)


def matrix(size):
    return vector(size).reshape(200, -1)


def lists(size):
    return matrix(size).tolist()


CASES = (
    (element, vector), (slices, vector), (element_of_a_row, matrix), (through_t, matrix),
    (through_swapped_axes, matrix), (flipped, vector), (through_reshape, vector),
    (lists_in_a_list, lists), (only_read, vector),
)  # fmt: skip


def least(function, given, n):
    """The least CPU time of a few calls, each with an argument of its own."""
    times = []
    for _ in range(9):
        own = copy.deepcopy(given)
        start = time.process_time()
        function(own, n)
        times.append(time.process_time() - start)
    return min(times)


def a_trip(f, given):
    """Seconds for one more trip."""
    compiled = astgrad.grad(f).compiled(given, 200)
    return (least(compiled, given, 200) - least(compiled, given, 20)) / 180


def main():
    print(f"{'':22}{'2,000':>10}{'200,000':>10}{'ratio':>8}   microseconds a trip")
    for f, make in CASES:
        small, large = (1e6 * a_trip(f, make(size)) for size in (2_000, 200_000))
        name = f.__name__.replace("_", " ")
        ratio = f"{large / small:8.1f}" if small > 0 and large > 0 else "  (too little to tell)"
        print(f"{name:22}{small:10.2f}{large:10.2f}{ratio}")


if __name__ == "__main__":
    main()
