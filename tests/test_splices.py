"""Lists that change their length or order, windows, shuffles, and lists that start empty."""

import functools
import inspect
import textwrap
from collections import deque

import numpy as np
import pytest

import astgrad
from tests.fuzz.case import Case
from tests.fuzz.oracle import check

X = np.array([0.3, 0.9, -0.5, 1.2])
IMPORTS = "import functools\nfrom collections import deque\n\nimport numpy as np\n\n\n"


def items_popped_from_the_front(x):
    lst = []
    for i in range(len(x)):
        lst.append(x[i] * x[i])
    s = 0.0
    while lst:
        s = s * 1.1 + lst.pop(0)
    return s


def a_queue_of_arrays(x):
    q = []
    for i in range(len(x)):
        q.append(x * x[i])
    s = 0.0
    while len(q) > 1:
        a = q.pop(0)
        b = q.pop(0)
        q.append(a * b + a)
    return np.sum(q[0])


def a_list_reversed(x):
    lst = []
    for i in range(len(x)):
        lst.append(x[i] ** 2)
    lst.reverse()
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def arrays_reversed(x):
    lst = []
    for i in range(len(x)):
        lst.append(x * x[i])
    lst.reverse()
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * np.sum(v ** 2)
    return s


def columns_of_tuples(x):
    pairs = []
    for i in range(len(x)):
        pairs.append((x[i], x[i] ** 2))
    a, b = zip(*pairs)
    return sum(a) + sum((v * v for v in b))


def columns_of_known_tuples(x):
    pairs = [(v, v * v) for v in (x[0], x[1], x[2])]
    a, b = zip(*pairs)
    return a[0] * b[1] + a[2]


def columns_read_in_a_loop(x):
    pairs = []
    for i in range(len(x)):
        pairs.append((x[i], x[i] ** 2))
    xs, ys = zip(*pairs)
    s = 0.0
    for i in range(len(xs)):
        s += xs[i] * ys[i]
    return s


def columns_as_arrays(x):
    pairs = []
    for i in range(len(x)):
        pairs.append((x[i], x[i] ** 2))
    xs, ys = map(np.array, zip(*pairs))
    return np.sum(xs * ys)


def a_list_sorted(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    lst.sort()
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def a_list_sorted_downwards(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    lst.sort(reverse=True)
    return lst[0] * lst[1] + lst[2]


def a_list_sorted_by_a_key(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    lst.sort(key=lambda v: -v)
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def the_first_deleted(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    del lst[0]
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def the_last_deleted(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    del lst[-1]
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def one_deleted(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    del lst[1]
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def a_slice_deleted(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    del lst[1:3]
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def a_slice_replaced(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    lst[1:3] = [x[0], x[1] * x[2]]
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def a_slice_replaced_by_a_shorter_one(x):
    lst = [x[0], x[1], x[2], x[3]]
    lst[1:3] = [x[0] ** 2]
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def all_items_replaced(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    lst[:] = [v * v for v in lst]
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def a_copy_changed(x):
    a = [x[i] * x[i] for i in range(len(x))]
    d = a[:]
    d[0] = x[1]
    d.append(x[2] ** 2)
    s = 0.0
    for i, v in enumerate(a):
        s += (i + 1) * v
    for i, v in enumerate(d):
        s += (i + 2) * v
    return s


def a_copy_in_each_trip(x):
    d = [x[0], x[1], x[2], x[3]]
    for k in range(1, 4):
        a = d[:]
        for j in range(4):
            d[j] = a[j] * a[j - 1] + x[k]
    return d[0] * d[1] + d[3]


def the_largest_of_a_dict(x):
    d = {'a': x[0] ** 2, 'b': x[1] ** 2, 'c': x[2] ** 2}
    k, v = max(d.items(), key=lambda kv: kv[1])
    return v * 3


def rows_transposed(x):
    n = len(x)
    g = [[x[i] * x[j] * i for j in range(n)] for i in range(n)]
    t = [list(c) for c in zip(*g)]
    return t[0][1] * t[1][0] + t[2][3]


def an_index_found(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    i = lst.index(max(lst))
    return x[i] ** 3


def the_index_of_a_text(x):
    names = ['a', 'b', 'c']
    return x[names.index('b')] ** 2


def a_window(x):
    d = deque(maxlen=2)
    s = 0.0
    for i in range(len(x)):
        d.append(x[i] ** 2)
        s += sum(d)
    return s


def a_window_of_arrays(x):
    d = deque([np.zeros(4)] * 3, maxlen=3)
    for i in range(len(x)):
        d.append(x * x[i])
    return np.sum(d[0] * d[1] + d[2])


def a_window_from_the_left(x):
    d = deque(maxlen=3)
    for i in range(len(x)):
        d.appendleft(x[i] ** 2)
    s = 0.0
    for i, v in enumerate(d):
        s += (i + 1) * v
    return s


def one_inserted(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    lst.insert(2, x[0] * 5)
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def one_popped(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    v = lst.pop(1)
    s = v * 7
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def a_list_cleared(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    t = sum(lst)
    lst.clear()
    lst.append(x[0])
    return t * lst[0]


def texts_counted(x):
    ks = ['a', 'b', 'a']
    return x[0] * ks.count('a')


def late_binding(x):
    gs = [lambda y: y * k for k in range(3)]
    return gs[0](x[1]) * x[0]


def defaults_bind_early(x):
    gs = [lambda y, k=k: y * k for k in range(3)]
    return gs[1](x[1]) * x[0] + gs[2](x[2])


def late_binding_of_numbers(x):
    gs = [lambda y: y * k for k in (x[0], x[1], x[2])]
    return gs[0](x[1]) * gs[1](x[3])


def partials_in_a_list(x):
    gs = [functools.partial(lambda a, b: a * b, k) for k in (x[0], x[1])]
    return gs[0](x[2]) * gs[1](x[3])


def a_list_rotated(x):
    lst = [x[i] * x[i] for i in range(len(x))]
    for _ in range(2):
        lst.append(lst.pop(0))
    s = 0.0
    for i, v in enumerate(lst):
        s += (i + 1) * v
    return s


def the_least_of_a_dict(x):
    d = {'a': x[0] ** 2, 'b': x[1] ** 2, 'c': x[2] ** 2}
    return min(d.values()) * 3


def lists_in_lists_transposed(x):
    n = len(x)
    g = [[x[i] * x[j] for j in range(n)] for i in range(n)]
    t = [[g[i][j] for i in range(n)] for j in range(n)]
    return sum((c * c for row in t for c in row))


def lists_summed(x):
    ll = []
    for i in range(len(x)):
        ll.append([x[i], x[i] ** 2])
    f = sum(ll, [])  # noqa: RUF017 - what is tried
    s = 0.0
    for i, v in enumerate(f):
        s += (i + 1) * v
    return s


def the_last_one_if_there_is_one(x):
    d = []
    t = 0.0
    for v in x:
        if len(d) > 0:
            t += d[-1] * v
        d.append(v * v)
    return t


def a_recurrence_that_starts_from_nothing(x):
    d = []
    for v in x:
        d.append(v * v + (d[-1] * 0.5 if d else 0.0))
    return d[-1] * d[0]


def two_back(x):
    d = []
    t = x[0]
    for i in range(len(x)):
        if i >= 2:
            t = t + d[i - 2] * x[i]
        d.append(x[i] * x[i])
    return t


def all_items_so_far(x):
    d = []
    for i in range(len(x)):
        s = 0.0
        for v in d:
            s += v * x[i]
        d.append(s + x[i])
    return d[-1]


def all_items_so_far_by_index(x):
    d = []
    n = len(x)
    t = 0.0
    for i in range(n):
        for j in range(i):
            t += d[j] * x[i]
        d.append(x[i] ** 2)
    return t


def a_stack(x):
    st = []
    t = 0.0
    for v in x:
        while st and st[-1] < v * v:
            t += st.pop() * v
        st.append(v * v)
    return t + sum(st)


def two_lists_that_grow(x):
    st = []
    out = []
    for i in range(len(x)):
        if out:
            out.append(out[-1] * x[i] + sum(st))
        else:
            out.append(x[i])
        st.append(out[-1])
    return out[-1]


def rows_of_a_triangle(x):
    rows = []
    for i in range(len(x)):
        row = [1.0]
        for j in range(1, i):
            row.append(rows[i - 1][j - 1] + rows[i - 1][j] * x[i])
        if i > 0:
            row.append(x[i])
        rows.append(row)
    return sum(rows[-1])


def a_moving_average(x):
    d = deque(maxlen=3)
    s = 0.0
    for i in range(len(x)):
        d.append(x[i] ** 2)
        s += sum(d) / len(d)
    return s


def a_filter_with_memory(x):
    d = deque([0.0, 0.0], 2)
    for v in x:
        d.append(v * d[0] + v * d[1] + v)
    return d[-1] * d[0]


def a_window_rotated(x):
    d = deque(x, maxlen=3)
    d.rotate(1)
    return d[0] * d[1] + d[2]


def a_window_that_is_full(x):
    d = deque(maxlen=2)
    t = 0.0
    for v in x:
        if len(d) == d.maxlen:
            t += d[0] * v
        d.append(v * v)
        if d:
            t += d[-1]
    return t


def windows_in_a_list(x):
    hs = [deque(maxlen=2) for _ in range(3)]
    for i in range(len(x)):
        hs[i % 3].append(x[i])
    return sum([sum(h) for h in hs])


def windows_in_a_dict(x):
    hs = {'a': deque(maxlen=2), 'b': deque(maxlen=2)}
    for i in range(len(x)):
        hs['a'].append(x[i])
        hs['b'].appendleft(x[i] ** 2)
    return hs['a'][0] * hs['b'][0] + sum(hs['b'])


def a_list_shuffled(x):
    rng = np.random.default_rng(1)
    items = []
    for i in range(len(x)):
        items.append(x[i] ** 2)
    rng.shuffle(items)
    return sum((i * v for i, v in enumerate(items)))


def arrays_in_a_list_shuffled(x):
    rng = np.random.default_rng(1)
    items = []
    for i in range(len(x)):
        items.append(x * x[i])
    rng.shuffle(items)
    return sum((i * np.sum(v) for i, v in enumerate(items)))


def known_items_shuffled(x):
    rng = np.random.default_rng(1)
    items = [x[0], x[1], x[2]]
    rng.shuffle(items)
    return items[0] * items[1] + items[2]


def rows_shuffled(x):
    rng = np.random.default_rng(1)
    A = np.outer(x, x)
    rng.shuffle(A)
    return np.sum(A * np.arange(4.0)[:, None])


def a_view_shuffled(x):
    rng = np.random.default_rng(1)
    A = x * x
    rng.shuffle(A[1:])
    return np.sum(A * np.arange(4.0))


def shuffled_by_the_global_generator(x):
    np.random.seed(3)
    A = x * x
    np.random.shuffle(A)
    return np.sum(A * np.arange(4.0))


def indices_shuffled(x):
    np.random.seed(3)
    idx = np.arange(4)
    s = 0.0
    for e in range(3):
        np.random.shuffle(idx)
        for i in idx:
            s = s * 0.9 + x[i] ** 2
    return s


def shuffled_twice(x):
    A = x * x
    g = np.random.default_rng(1)
    g.shuffle(A)
    b = A[0] * x[2]
    g.shuffle(A)
    return b * A[0] + g.random()


def sums_of_what_is_popped(x):
    lst = [x * 1.0]
    for i in range(len(x)):
        lst.append(np.sin(lst[-1] * x[i]))
    s = np.zeros(4)
    for _ in range(len(x)):
        s = s + lst.pop()
    return np.sum(s * x)


def sums_of_all_that_is_popped(x):
    lst = []
    for i in range(len(x)):
        lst.append(np.sin(lst[-1] * x[i]) if len(lst) > 0 else x * x)
    s = np.zeros(4)
    while lst:
        s = s + lst.pop()
    return np.sum(s**2)


RIGHT = [
    sums_of_what_is_popped,
    sums_of_all_that_is_popped,
    items_popped_from_the_front,
    a_queue_of_arrays,
    a_list_reversed,
    arrays_reversed,
    columns_of_tuples,
    columns_of_known_tuples,
    columns_read_in_a_loop,
    columns_as_arrays,
    a_list_sorted,
    a_list_sorted_downwards,
    a_list_sorted_by_a_key,
    the_first_deleted,
    the_last_deleted,
    one_deleted,
    a_slice_deleted,
    a_slice_replaced,
    a_slice_replaced_by_a_shorter_one,
    all_items_replaced,
    a_copy_changed,
    a_copy_in_each_trip,
    the_largest_of_a_dict,
    rows_transposed,
    an_index_found,
    the_index_of_a_text,
    a_window,
    a_window_of_arrays,
    a_window_from_the_left,
    one_inserted,
    one_popped,
    a_list_cleared,
    texts_counted,
    late_binding,
    defaults_bind_early,
    late_binding_of_numbers,
    partials_in_a_list,
    a_list_rotated,
    the_least_of_a_dict,
    lists_in_lists_transposed,
    lists_summed,
    the_last_one_if_there_is_one,
    a_recurrence_that_starts_from_nothing,
    two_back,
    all_items_so_far,
    all_items_so_far_by_index,
    a_stack,
    two_lists_that_grow,
    rows_of_a_triangle,
    a_moving_average,
    a_filter_with_memory,
    a_window_rotated,
    a_window_that_is_full,
    windows_in_a_list,
    windows_in_a_dict,
    a_list_shuffled,
    arrays_in_a_list_shuffled,
    known_items_shuffled,
    rows_shuffled,
    a_view_shuffled,
    shuffled_by_the_global_generator,
    indices_shuffled,
    shuffled_twice,
]


@pytest.mark.parametrize("f", RIGHT)
def test_first_and_second_derivatives(f):
    """In both modes, against differences."""
    source = textwrap.dedent(inspect.getsource(f)).replace(f"def {f.__name__}(", "def f(", 1)
    outcome = check(Case(1, IMPORTS + source, (X,), (0,)), astgrad, second=True)
    assert outcome.status == "ok", outcome
