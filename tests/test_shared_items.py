"""Items that two lists hold, or a list and a name: a write that the other sees is refused."""

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError

X = np.array([0.3, 0.9, -0.5, 1.2])


def an_item_of_a_copy_written(x):
    n = len(x)
    a = [[x[i]] for i in range(n)]
    b = list(a)
    b[0][0] = x[1] * 5
    return a[0][0] * b[0][0] + a[1][0]


def an_item_of_a_copy_longer(x):
    n = len(x)
    a = [[x[i]] for i in range(n)]
    b = list(a)
    b[0].append(x[1] * 5)
    s = 0.0
    for i, v in enumerate(a[0]):
        s += v * (i + 1)
    return s


def an_item_and_a_slice(x):
    n = len(x)
    a = [[x[i]] for i in range(n)]
    r = a[0]
    b = a[:]
    r.append(x[1] * 5)
    return sum(b[0])


def an_array_and_a_slice(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    r = a[0]
    b = a[:]
    r[0] = x[1] * 5
    return np.sum(b[0])


def an_item_and_a_copy(x):
    n = len(x)
    a = [[x[i]] for i in range(n)]
    r = a[0]
    b = list(a)
    r.append(x[1] * 5)
    return sum(b[0])


def a_popped_item_and_a_slice(x):
    n = len(x)
    a = [[x[i]] for i in range(n)]
    b = a[1:]
    r = a.pop(1)
    r.append(x[1] * 5)
    return sum(b[0])


def a_reversed_list_and_a_slice(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = a[:]
    a.reverse()
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[-1])


def an_item_and_an_extended_list(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = []
    b.extend(a)
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0])


def an_item_and_a_sum_of_lists(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = a + []  # noqa: RUF005 - what is tried
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0])


def an_item_and_a_slice_that_was_replaced(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = [x * 7]
    b[1:1] = a
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[1])


def an_item_and_an_appended_one(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = []
    for v in a:
        b.append(v)
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0])


def a_row_and_an_appended_one(x):
    n = len(x)
    a = [[x[i]] for i in range(n)]
    b = []
    for v in a:
        b.append(v)
    r = a[0]
    r[0] = x[1] * 5
    return b[0][0]


def an_item_and_a_tuple(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = []
    for v in a:
        b.append((v, 1.0))
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0][0])


def an_item_and_a_stored_one(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = [x * 1, x * 2, x * 3]
    for k in range(3):
        b[k] = a[k]
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0])


def an_item_and_a_sorted_list(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = sorted(a, key=lambda v: v[0])
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0]) + np.sum(b[-1])


def an_item_and_a_reversed_copy(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = list(reversed(a))
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0]) + np.sum(b[-1])


def an_item_and_a_filtered_list(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = list(filter(lambda v: v[0] > 0, a))
    r = a[0]
    r[0] = x[1] * 5
    return np.sum(b[0]) + np.sum(b[-1])


def an_item_of_either_list(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    c = [x * i * 2 for i in range(1, n)]
    z = a if x[0] > 0 else c
    r = z[0]
    b = a[:]
    r[0] = x[1] * 5
    return np.sum(b[0])


def an_item_of_either_list_after_a_slice(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = a[:]
    c = [x * i * 2 for i in range(1, n)]
    z = a if x[0] > 0 else c
    r = z[0]
    r[0] = x[1] * 5
    return np.sum(b[0])


def an_item_and_a_comprehension(x):
    n = len(x)
    a = [x * i for i in range(1, n)]
    b = [v for v in a if v[0] > -9]
    r = b[1]
    r *= 2.0
    return np.sum(a[1])


SHARED = [
    an_item_of_a_copy_written,
    an_item_of_a_copy_longer,
    an_item_and_a_slice,
    an_array_and_a_slice,
    an_item_and_a_copy,
    a_popped_item_and_a_slice,
    a_reversed_list_and_a_slice,
    an_item_and_an_extended_list,
    an_item_and_a_sum_of_lists,
    an_item_and_a_slice_that_was_replaced,
    an_item_and_an_appended_one,
    a_row_and_an_appended_one,
    an_item_and_a_tuple,
    an_item_and_a_stored_one,
    an_item_and_a_sorted_list,
    an_item_and_a_reversed_copy,
    an_item_and_a_filtered_list,
    an_item_of_either_list,
    an_item_of_either_list_after_a_slice,
    an_item_and_a_comprehension,
]


@pytest.mark.parametrize("f", SHARED)
def test_a_write_that_another_list_sees_is_refused(f):
    with pytest.raises(UnsupportedError, match=r"may share memory with|may be the same object|may hold"):
        astgrad.grad(f)(X)
