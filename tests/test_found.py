"""Programs whose derivative was once wrong, or crashed: found by fuzzing, kept small."""

import contextvars
import copy
import dataclasses
import io
import operator
import pathlib

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError
from tests.fuzz.case import read_case
from tests.fuzz.oracle import check

VECTOR = np.array([1.1, 0.3, -1.1, -0.9, -1.0])
SQUARE = np.array([[0.9, -1.2, -0.9], [1.0, 0.3, -0.3], [-1.1, 0.8, 0.2]])
WEIGHTS = np.arange(9.0).reshape(3, 3)


def list_items_rebound(x, n):
    """`xs[i] = xs[i] + v` makes a new array: `first` keeps the old one."""
    xs = [x * 1.0 for i in range(n)]
    first = xs[0]
    for i in range(n):
        xs[i] = xs[i] + x * x
    return np.sum(first * xs[0] * xs[1])


def list_of_one_array(x, n):
    xs = [x] * n
    for i in range(n):
        xs[i] = xs[i] * x + 1.0
    total = 0.0
    for a in xs:
        total = total + np.sum(a * a)
    return total


def history_with_changed_first(x, n):
    best = x
    history = []
    for i in range(n):
        history.append(best)
        best = best * x
        history[0] = history[0] + best
    return np.sum(history[0] * history[n - 1])


def numbers_then_an_array(x, n):
    xs = []
    for i in range(n):
        xs.append(1.0)
    xs.append(np.array(x))
    return np.sum(xs[-1])


def store_through_a_row(x, n):
    A = np.outer(x, x)
    A[1, :][[2, 1]] = A[n, n]
    return np.sum(A * A)


def mirrored(A):
    A = A * 1.0
    for i in range(3):
        A[i, i + 1 :] = A[i + 1 :, i]
    return np.sum(np.sin(A) * WEIGHTS)


def column_into_row(A):
    A = A * 1.0
    A[-2] = A[:, -1].copy()
    return np.sum(np.sin(A) * WEIGHTS)


def reversed_row(A):
    A = A * 1.0
    A[0] = A[1][::-1]
    A[:] = A.T
    return np.sum(np.sin(A) * WEIGHTS)


def outside_in_a_comprehension(x):
    pairs = zip([astgrad.grad(lambda v: np.sum(v**3))(x)], [WEIGHTS[0, :1]])
    return sum(np.sum(a * b) for a, b in pairs)


def underscore_in_a_comprehension(x):
    return np.sum(np.array([np.tanh(_) * n for n, _ in enumerate(x)]))


def underscore_that_is_written(x):
    x[...] = np.array([_ * 1.0 for _ in x])
    return np.sum(x * x)


def repeated_rows_in_a_view(x):
    w = np.reshape(x[:4], (2, 2))
    w[[1, 1]] *= 2.0
    return np.sum(w * w)


def number_or_array(y):
    """Where paths meet, the adjoint of a number was an array that two names shared."""
    h = 0.0
    for _ in range(1, 0, -1):
        h = y
    s = y[1]
    r = h[0]
    total = np.sum(s)
    if np.any(True):
        r, s = s, r
    return r + total + s + 1.0


def sums_of_ragged_looks(A, n):
    """The sizes of the slices are not known to be equal: the list holds values of any kind."""
    sums = []
    for _ in range(n):
        sums.append(np.sum([A[0], A[-4:, n], A[n, :4]]))
    return sum(sums) + np.sum(A * A)


def returns_in_a_loop_and_its_else(x, n):
    for i in range(n):
        if x[i] > 2.0:
            return x[i]
    else:
        for k in range(3):
            if x[k] < 0.0:
                return np.sum(x * x)
    return np.sum(x)


def returns_in_an_unrolled_loop_and_its_else(x):
    for limit in (2.0, 1.5):
        if x[0] > limit:
            return x[0]
    else:
        if x[2] < 0.0:
            return np.sum(x * x)
    return np.sum(x)


def bound_in_an_inner_loop(x):
    total = 0.0
    for i in range(3):
        for _ in x:
            w = 2.0 * x
        total += w[i]
    for _ in range(1):
        if x[1] < -5.0:
            return 1.0
        v = x[:4].reshape(2, 2)
    return total + np.sum(v * v)


PROGRAMS = [
    (returns_in_a_loop_and_its_else, VECTOR, 2),
    (returns_in_an_unrolled_loop_and_its_else, VECTOR),
    (bound_in_an_inner_loop, VECTOR),
    (sums_of_ragged_looks, SQUARE, 1),
    (underscore_in_a_comprehension, VECTOR),
    (underscore_that_is_written, VECTOR),
    (repeated_rows_in_a_view, VECTOR),
    (number_or_array, VECTOR),
    (list_items_rebound, VECTOR, 3),
    (list_of_one_array, VECTOR, 3),
    (history_with_changed_first, VECTOR, 3),
    (numbers_then_an_array, VECTOR, 2),
    (store_through_a_row, VECTOR[:3], 0),
    (mirrored, SQUARE),
    (column_into_row, SQUARE),
    (reversed_row, SQUARE),
    (outside_in_a_comprehension, VECTOR),
]


@pytest.mark.parametrize(("f", "x", "rest"), [(f, x, rest) for f, x, *rest in PROGRAMS],
                         ids=[f.__name__ for f, *_ in PROGRAMS])
def test_against_differences(f, x, rest):
    given = copy.deepcopy(x)
    direction = np.cos(np.arange(x.size)).reshape(x.shape)
    h = 1e-6
    slope = (f(x + h * direction, *rest) - f(x - h * direction, *rest)) / (2 * h)
    for gradient in (astgrad.grad(f)(x, *rest), astgrad.vjp(f, x, *rest)[1](1.0)[0]):
        np.testing.assert_allclose(np.sum(gradient * direction), slope, rtol=1e-6, atol=1e-8)
    _, tangent = astgrad.jvp(f, (x, *rest), (direction, *([None] * len(rest))))
    np.testing.assert_allclose(tangent, slope, rtol=1e-6, atol=1e-8)
    np.testing.assert_array_equal(x, given)


def every_second(y):
    y[::2] = y[:3]
    return np.sum(y)


def row_from_column(A):
    A[-2] = A[:, -1]
    return np.sum(A)


def through_a_mask(y):
    y[np.array([True, False, True, False, True])] = y[:3]
    return np.sum(y)


def copied_to(A):
    np.copyto(A[0], A[:, 0])
    return np.sum(A)


@pytest.mark.parametrize(("f", "x"), [(every_second, VECTOR), (row_from_column, SQUARE),
                                      (through_a_mask, VECTOR), (copied_to, SQUARE)])
def test_overlapping_stores_that_numpy_walks_at_once(f, x):
    """NumPy reads what it has just written there; the result depends on its walk."""
    with pytest.raises(UnsupportedError, match=r"copy the right side first"):
        astgrad.grad(f)(x)


def number_in_a_list(s, x):
    for i in range(1):
        pass
    x += [s][i]
    return np.sum(x)


def number_in_a_list_of_scalars(s, x):
    items = [x @ x for v in x]
    items += [s]
    return sum(items)


@pytest.mark.parametrize("f", [number_in_a_list, number_in_a_list_of_scalars])
def test_the_gradient_of_a_number_is_a_number(f):
    assert type(astgrad.grad(f)(1.0, VECTOR)) is float
    assert type(astgrad.vjp(f, 1.0, VECTOR)[1](1.0)[0]) is float


def test_an_alias_that_is_not_read_again_is_still_an_alias():
    def f(x):
        h = 0
        for _ in range(2):
            h = x
        w = h
        w **= 2
        return np.sum(h)

    with pytest.raises(UnsupportedError, match="whether this changes an array in place"):
        astgrad.grad(f)(VECTOR)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_store_through_ravel_in_an_adjoint_of_any_layout(order):
    def f(v):
        v.ravel()[3] = 1.0
        return v.T

    seed = np.array(np.arange(1.0, 7.0).reshape(3, 2), order=order)
    x = np.arange(6.0).reshape(2, 3)
    expected = seed.T.copy()
    expected[1, 0] = 0.0
    np.testing.assert_array_equal(astgrad.vjp(f, x)[1](seed)[0], expected)
    tangent = np.array(np.arange(1.0, 7.0).reshape(2, 3), order=order)
    expected = tangent.copy()
    expected[1, 0] = 0.0
    np.testing.assert_array_equal(astgrad.jvp(f, (x,), (tangent,))[1], expected.T)


def test_the_pick_of_a_float_and_a_numpy_scalar():
    def f(s, x, n):
        t = min(s, x[n])
        return t * t

    assert type(astgrad.grad(f)(0.5, VECTOR, 0)) is float


def test_sizes_of_another_example_are_not_remembered():
    def f(A):
        total = 0.0
        for row, letter in zip(np.sin(A), "cat", strict=False):
            total = total + np.sum(row) * len(letter)
        return total

    for n in (3, 2, 4):
        assert astgrad.grad(f)(np.ones((n, 2))).shape == (n, 2)


def test_a_value_that_is_handed_on_where_nobody_bound_it():
    def f(x, parts):
        for _ in parts:
            if x[1] < 0.5:
                return 1.0
            w = x[:4].reshape(2, 2)
        return np.sum(w * w)

    np.testing.assert_array_equal(astgrad.grad(f)(VECTOR, {"a": 1.0, "b": 2.0}), np.zeros(5))
    np.testing.assert_array_equal(astgrad.grad(f)(VECTOR + 1, {"a": 1.0, "b": 2.0})[:4],
                                  2 * (VECTOR + 1)[:4])


def neighbours(xs):
    for i, v in enumerate(xs):
        if i + 1 < len(xs):
            xs[i + 1] = xs[i + 1] + v * v
    return sum(xs)


def last_grows(xs):
    for v in xs:
        xs[-1] = xs[-1] * v
    return sum(xs)


def first_grows_backwards(xs):
    total = 0.0
    for v in reversed(xs):
        xs[0] = xs[0] * v
        total = total + xs[0]
    return total


def entry_of_a_dict(xs):
    table = {"a": xs[0], "b": xs[1], "c": xs[2]}
    for key, v in table.items():
        table["b"] = table["b"] * v + len(key)
    for v in table.values():
        table["c"] = table["c"] * v
    return table["b"] + table["c"]


def elements_of_an_array(xs):
    x = np.array(xs)
    total = 0.0
    for v, letters in zip(x, ("a", "bb", "ccc"), strict=False):
        x[1] = x[1] * v
        total = total + v * len(letters)
    return total


@pytest.mark.parametrize(
    "f", [neighbours, last_grows, first_grows_backwards, entry_of_a_dict, elements_of_an_array])
@pytest.mark.parametrize("size", [3, 6])
def test_a_loop_that_changes_what_it_runs_over(f, size):
    """Python reads each item when its turn comes."""
    xs = [0.7 + 0.1 * k for k in range(size)]
    h = 1e-6
    expected = []
    for k in range(size):
        ends = [f([v + s * h * (i == k) for i, v in enumerate(xs)]) for s in (1, -1)]
        expected.append((ends[0] - ends[1]) / (2 * h))
    np.testing.assert_allclose(astgrad.grad(f)(xs), expected, rtol=1e-6, atol=1e-8)


def test_a_loop_that_adds_to_what_it_runs_over():
    def f(xs):
        for v in xs:
            if len(xs) < 25:
                xs.append(v * v)
        return sum(xs)

    with pytest.raises(UnsupportedError, match="this list changes its length while the loop runs over it"):
        astgrad.grad(f)([0.5] * 20)


def test_a_list_whose_last_array_is_taken_and_written():
    def f(x):
        items = []
        for _ in range(2):
            items.append(1.0)
        items.append(x**2)
        last = items.pop()
        for i in range(2):
            last[i] = last[i] * x[i + 1]
        return np.sum(last)

    expected = 2 * VECTOR
    expected[:2] *= VECTOR[1:3]
    expected[1:3] += VECTOR[:2] ** 2
    np.testing.assert_allclose(astgrad.grad(f)(VECTOR), expected)


def swapped_neighbours(x):
    for j in range(len(x) - 1):
        x[j], x[j + 1] = x[j + 1], x[j]
    return np.sum(x * np.arange(len(x)) ** 2)


def scaled_by_doubles(x):
    for _ in range(3):
        x = x * np.array([1.0, 2.0, 0.5]) * 2.0
    return np.sum(x)


def scaled_on_one_path(x):
    y = x
    if x[0] > 0.0:
        y = x * np.array([1.0, 2.0, 0.5])
    return np.sum(y * y)


@pytest.mark.parametrize("f", [swapped_neighbours, scaled_by_doubles, scaled_on_one_path])
def test_single_precision_stays_where_doubles_meet_it(f):
    gradient = astgrad.grad(f)(np.ones(3, np.float32))
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, astgrad.grad(f)(np.ones(3)), rtol=1e-6)


def test_a_row_that_a_list_was_given_a_copy_of():
    """The list's older version was read for its structure: the row was copied again and again."""
    def f(y):
        table = [[y[0]] * 3 for _ in range(3)]
        for i in range(1, 3):
            table[i][1] = 1.0
        return np.arctan(table[0][1]) + table[2][0]

    y = np.array([0.7])
    _, tangent = astgrad.jvp(astgrad.grad(f), (y,), (np.ones(1),))
    np.testing.assert_allclose(tangent, -2.0 * y / (1.0 + y**2) ** 2, rtol=1e-12)


def test_an_item_of_a_list_that_a_loop_may_have_filled():
    def f(x):
        xs = []
        for _ in range(0):
            xs.append(1.0 - x)
        total = 0
        for v in xs:
            total = np.sum(v)
        xs.append(x)
        xs[0] += 1.0
        _, last = (1.0, xs[0])
        return np.sum(last) + total

    x = np.array([0.4])
    np.testing.assert_array_equal(astgrad.grad(f, argnums=(0,))(x)[0], [1.0])
    np.testing.assert_array_equal(x, [0.4])


def stored_in_a_table(y):
    for row in y:
        table = [[row[0] ** 2] * 3 for _ in range(3)]
        for i in range(1, 3):
            table[i][1] = table[i][1]
        y[0] = table[0][1]
    return y


def test_a_view_of_unknown_rank_that_is_a_number():
    def f(A):
        h = 0.5
        for _ in range(4):
            h = A
        return np.sum(stored_in_a_table(h))

    np.testing.assert_allclose(astgrad.grad(f)(np.array([[1.1]])), [[2.2]])


def test_an_argument_that_is_gone_where_the_loop_returned():
    def f(x, c):
        for _ in range(1):
            if np.any(x):
                for _ in x:
                    break
                else:
                    pass
                return 1.0
        return c

    x, c = np.array([-0.5]), np.array([1.2])
    x_bar, c_bar = astgrad.vjp(f, x, c)[1](1.0)
    np.testing.assert_array_equal([x_bar, c_bar], [[0.0], [0.0]])


@dataclasses.dataclass
class Ball:
    mass: float
    speed: float
    energy: float = 0.0

    def __post_init__(self):
        self.energy = 0.5 * self.mass * self.speed**2


def test_what_a_dataclass_does_after_it_is_made():
    def f(m, v):
        return Ball(m, v).energy

    assert astgrad.grad(f, argnums=(0, 1))(2.0, 3.0) == (4.5, 6.0)


FOUND = pathlib.Path(__file__).parent / "fuzz" / "found" / "310112.txt"


def test_a_zero_that_is_spread_before_it_is_written():
    """The adjoint of an array that is unbound on a path was a number, spread as a read-only view."""
    assert check(read_case(FOUND.read_text()), astgrad, second=True).status in ("ok", "refused")


def test_what_is_popped_from_the_list_that_it_is_added_into():
    """`x[-1] += x.pop()` reads x[-1] before the pop."""
    def f(x, a):
        items = [np.mean(a) for _ in x]
        items.append(items[-1])
        return items.pop()

    gradient = astgrad.grad(f, argnums=1)(np.ones(2), np.ones((2, 2)))
    np.testing.assert_array_equal(gradient, np.full((2, 2), 0.25))


def test_one_array_under_two_names_that_a_loop_swaps():
    def f(a, c, e, n):
        for _ in range(n):
            c, e = e, c
        e[:] -= np.mean(a)
        return np.sum(c)

    a, c, gradient = np.ones(2), np.array([-0.9, 0.3]), astgrad.grad(f)
    for n in (0, 1, 2):
        np.testing.assert_array_equal(gradient(a, c.copy(), c.copy(), n), [0.0, 0.0])
        np.testing.assert_array_equal(gradient(a, c, c, n), [-1.0, -1.0])
        with pytest.raises(astgrad.AliasError):
            gradient(a, c, c[:1], n)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("function", [
    lambda x: float(repr(x)) * x,
    lambda x: float("%f" % x) * x,
    lambda x: complex(str(x)).real * x,
    lambda x: np.float64(f"{x}") * x,
    lambda x: np.fromstring(str(x), sep=" ")[0] * x,
], ids=["repr", "percent", "complex", "float64", "fromstring"])  # fmt: skip
def test_numbers_that_are_read_from_texts(function, mode):
    with pytest.raises(UnsupportedError):
        astgrad.grad(function, mode=mode)(1.5)


KEPT = io.StringIO()
SLOT = contextvars.ContextVar("SLOT")


def from_a_set(x):
    s = set()
    s.add(x)
    return sum(s)


def from_a_slot(x):
    SLOT.set(x)
    return SLOT.get() * x


def from_a_file(x):
    KEPT.write(str(x))
    return float(KEPT.getvalue()) * x


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("function", [from_a_set, from_a_slot, from_a_file])
def test_objects_that_keep_what_they_are_given(function, mode):
    with pytest.raises(UnsupportedError, match="may hold or give back"):
        astgrad.grad(function, mode=mode)(1.5)


def test_an_object_that_only_looks_may_be_called():
    def f(x):
        KEPT.write(f"x is {x}")
        KEPT.flush()
        return x * x

    assert astgrad.grad(f)(1.5) == 3.0


def set_by_a_function(x):
    a, b = [x, x], np.zeros(3)
    operator.setitem(a, 0, x * x)
    operator.delitem(a, 1)
    operator.setitem(b, 1, a[0])
    operator.iadd(b, x)
    return operator.getitem(b, 1) * operator.imul(x, b[0])


FIRST, PAIR, SUM = operator.itemgetter("a"), operator.itemgetter(1, 0), operator.methodcaller("sum", axis=0)


def by_getters(x):
    made = sorted([(2, x), (1, x * x)], key=operator.itemgetter(0))
    a, b = PAIR(made[0])
    return a * b * FIRST({"a": x}) * SUM(np.ones(3) * x) * operator.attrgetter("real")(x)


@pytest.mark.parametrize("function", [set_by_a_function, by_getters])
def test_functions_of_operator(function):
    for mode in ("reverse", "forward"):
        gradient = astgrad.grad(function, mode=mode)(1.5)
        assert gradient == pytest.approx(astgrad.numerical_grad(function)(1.5), rel=1e-6)


def test_an_array_that_the_next_trip_does_not_start_from():
    """What a trip writes is restored to what that trip began with, which is no version of it."""
    def f(x):
        state = (1.0, x)
        for _ in range(2):
            _, b = state

            def add():
                b[1] += 1.0

            b[0] += 1.0
            state = (b[0], np.sin(b) + 1.0)
        return state[0]

    x = np.array([-0.3, 0.5])
    np.testing.assert_allclose(astgrad.grad(f)(x.copy()), [np.cos(x[0] + 1.0), 0.0])


def test_a_branch_whose_adjoint_changes_nothing():
    def f(y, s):
        if s:
            y[y < 1.0] += 1.0
        return np.sum(y * 1.0)

    np.testing.assert_array_equal(astgrad.grad(f)(np.array([0.9, 1.1]), 0.4), [1.0, 1.0])


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_what_a_trip_that_continues_hands_on_where_the_others_break(mode):
    def f(x, t):
        s = 0.0
        for v in x:
            s = s + t * v
            if t > 0:
                t = t * 2.0
                continue
            break
        return s

    def g(x, t, n):
        s = 0.0
        for v in x:
            s = s + t * v
            if t > 0:
                t = t * 2.0
                if n:
                    continue
                s = s + x[0]
            break
        return s

    x = np.array([0.3, -0.2, 0.7])
    assert astgrad.grad(f, 1, mode=mode)(x, 0.9) == pytest.approx(0.3 - 2 * 0.2 + 4 * 0.7)
    assert astgrad.grad(g, 1, mode=mode)(x, 0.9, 1) == pytest.approx(0.3 - 2 * 0.2 + 4 * 0.7)
    assert astgrad.grad(g, 1, mode=mode)(x, 0.9, 0) == pytest.approx(0.3)


def test_an_array_made_of_parts_in_the_first_trip_alone():
    def f(x):
        for i in range(2):
            if i == 0:
                e = np.concatenate((x[:-3], x))
            total = np.sum(e)
        return total

    np.testing.assert_array_equal(astgrad.grad(f)(np.array([0.8, 1.1])), [1.0, 1.0])


def stacked(x, w, n):
    s = np.sum(x, axis=1)
    first = np.sum(x[:, 0] / s)
    columns = []
    for i in range(n):
        columns.append(2.0 * x[:, i])
    columns.append(s)
    return np.sum(np.stack(columns, axis=1) * w) + first


def stacked_with_an_appended_one(x, w, n):
    s = np.sum(x, axis=1)
    first = np.sum(x[:, 0] / s)
    columns = []
    for i in range(n):
        columns.append(2.0 * x[:, i])
    columns = columns + [s]  # noqa: RUF005
    return np.sum(np.stack(columns, axis=1) * w) + first


@pytest.mark.parametrize("f", [stacked, stacked_with_an_appended_one])
def test_an_item_of_a_list_of_views_is_not_written(f):
    """The adjoint of np.stack is a list of views of the adjoint that came in: here, of `w`."""
    x = np.array([[0.3, 0.2, 0.4], [0.5, 0.6, 0.8]])
    w = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    astgrad.grad(f)(x, w, 2)
    assert w.tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    astgrad.check_grads(lambda x: f(x, w, 2), (x,))


def accumulated(x, n):
    """Of a rank that is known at run time: no trip leaves a number."""
    total = 1.0
    for _ in range(n):
        total = total + x * x
    return total


@pytest.mark.parametrize("join", [
    lambda x, n: np.hstack([accumulated(x, n), x]) * WEIGHTS.reshape(3, 3)[:, [0, 1, 2, 0, 1, 2]],
    lambda x, n: np.vstack([x, accumulated(x, n)]) * WEIGHTS.reshape(3, 3)[[0, 1, 2, 0, 1, 2]],
    lambda x, n: np.column_stack([x[0], accumulated(x[1], n)]) * WEIGHTS[:, :2],
    lambda x, n: np.column_stack([x[0], accumulated(x, n)]) * WEIGHTS[:, [0, 1, 2, 0]],
])
def test_joined_arrays_of_unknown_rank(join):
    astgrad.check_grads(lambda x: np.sum(join(x, 2)), (SQUARE,))


@pytest.mark.parametrize("join", [
    lambda x, n: np.hstack([accumulated(x, n), accumulated(x, n)]),
    lambda x, n: np.block([[accumulated(x, n), x]]),
    lambda x, n: np.multiply.outer(accumulated(x, n), x),
    lambda x, n: np.multiply.outer(x, accumulated(x, n)),
])
def test_what_depends_on_an_unknown_rank_is_refused(join):
    with pytest.raises(UnsupportedError, match="not known"):
        astgrad.grad(lambda x: np.sum(join(x, 2)[0]))(SQUARE)


ROTATED = np.array([[1.0 + 2.0j, 3.0 - 1.0j, 0.5j], [0.5j, 2.0, 1.0 - 1.0j]])


@pytest.mark.parametrize("f", [
    lambda x, n: ROTATED @ accumulated(x, n),
    lambda x, n: np.dot(accumulated(x, n), ROTATED.T),
    lambda x, n: np.fft.fft2(accumulated(x, n).reshape(2, 3, 1, 1) * 1.0, axes=(1, 0)),
    lambda x, n: np.fft.fft2(accumulated(x[:, None, None], n), axes=(2, 0)),
])
def test_complex_results_of_arrays_of_unknown_rank(f):
    """The imaginary half was left out where probing found no rank that fits."""
    x = VECTOR[:3] if "ROTATED" in f.__code__.co_names else np.append(VECTOR, 0.4)

    def loss(x):
        y = f(x, 2)
        return np.sum(np.real(y)) + np.sum(np.imag(y) * np.arange(1.0, y.size + 1).reshape(y.shape))

    astgrad.check_grads(loss, (x,))
    assert astgrad.grad(loss)(x).dtype == np.float64
