"""Structures of numbers and arrays, and central differences over them: what the tests of derivatives share.

A *leaf* is a Python or NumPy float, or an array of floats; every other entry of a dict, list, tuple or named
tuple stays as it is, and has `None` for its tangent and its gradient.
"""

import copy
import itertools
import linecache
import signal
import threading
from contextlib import contextmanager

import numpy as np

STEP = 1e-3
COUNTER = itertools.count()


def is_leaf(value):
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind == "f"
    return isinstance(value, float)


def tree_map(function, tree, *others, other=lambda value: value):
    """The same structure with `function` of every leaf, and `other` of whatever is no leaf."""

    def walk(value, *rest):
        if isinstance(value, dict):
            return {key: walk(item, *(r[key] for r in rest)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            items = [walk(*each) for each in zip(value, *rest, strict=True)]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        return function(value, *rest) if is_leaf(value) else other(value)

    return walk(tree, *others)


def leaves(tree):
    found = []
    tree_map(found.append, tree)
    return found


def arrays(tree):
    """Every array in a structure, integers too."""
    found = []

    def note(value):
        if isinstance(value, np.ndarray):
            found.append(value)

    tree_map(note, tree, other=note)
    return found


def direction(tree, rng):
    """A random tangent, of the size of the values."""

    def draw(leaf):
        size = float(np.max(np.abs(leaf), initial=0.0)) or 1.0
        drawn = np.asarray(rng.uniform(-1, 1, np.shape(leaf)) * size, np.result_type(leaf))
        return drawn if isinstance(leaf, np.ndarray) else type(leaf)(drawn)

    return tree_map(draw, tree, other=lambda value: None)


def still(tree):
    """The zero tangent."""
    return tree_map(lambda leaf: leaf * 0, tree, other=lambda value: None)


def moved(tree, tangent, step):
    """The structure a step away; arrays keep their layout."""

    def move(leaf, by):
        by = np.asarray(step * np.asarray(by), np.result_type(leaf))
        if not isinstance(leaf, np.ndarray):
            return type(leaf)(leaf + by)
        held = leaf.copy(order="K")
        held += by
        return held

    return tree_map(move, tree, tangent, other=copy.deepcopy)


def dot(a, b):
    """The inner product of two structures of leaves; `None` counts nothing."""
    pairs = zip(leaves(a), leaves(b), strict=True)
    return float(sum(np.sum(np.asarray(x, float) * np.asarray(y, float)) for x, y in pairs))


def size(a, b):
    """The same with absolute values: what rounding of the product is measured by."""
    pairs = zip(leaves(a), leaves(b), strict=True)
    return float(sum(np.sum(np.abs(np.asarray(x, float) * np.asarray(y, float))) for x, y in pairs))


def along(args, argnums, tangents):
    """`at(t)`: fresh arguments, of which those in `argnums` are moved by `t`; shared arrays stay shared."""

    def at(t):
        moving = list(copy.deepcopy(args))
        for place, tangent in zip(argnums, tangents, strict=True):
            moving[place] = moved(moving[place], tangent, t)
        return moving

    return at


def slope(function, at, step=STEP):
    """The derivative of a real function along `at`, and how far off it may be."""
    ends = {k: float(function(*at(k * step))) for k in (-4, -2, -1, 1, 2, 4)}
    narrow, middle, wide = ((ends[k] - ends[-k]) / (2 * k * step) for k in (1, 2, 4))
    fine, coarse = (4 * narrow - middle) / 3, (4 * middle - wide) / 3
    rounding = 1e-15 * max(map(abs, ends.values())) / step
    return (16 * fine - coarse) / 15, abs(fine - coarse) + rounding


def slopes(function, at, step=STEP):
    """The same for a function whose result is a structure: a list of arrays, and one error for each."""
    ends = {k: leaves(function(*at(k * step))) for k in (-4, -2, -1, 1, 2, 4)}
    found = []
    for each in range(len(ends[1])):
        entry = {k: np.asarray(ends[k][each], float) for k in ends}
        narrow, middle, wide = ((entry[k] - entry[-k]) / (2 * k * step) for k in (1, 2, 4))
        fine, coarse = (4 * narrow - middle) / 3, (4 * middle - wide) / 3
        rounding = 1e-14 * float(np.max(np.abs(entry[1]), initial=0.0)) / step
        found.append(((16 * fine - coarse) / 15, np.max(np.abs(fine - coarse), initial=0.0) + rounding))
    return found


def check_near(ours, expected, relative, scale=0.0, error=0.0):
    """Fail unless two numbers or arrays agree; NaN agrees with nothing."""
    ours, expected = np.asarray(ours, float), np.asarray(expected, float)
    assert ours.shape == expected.shape, f"shape {ours.shape}, expected {expected.shape}"
    apart = float(np.max(np.abs(ours - expected), initial=0.0))
    largest = max(scale, float(np.max(np.abs(expected), initial=0.0)))
    assert apart <= relative * largest + error + 1e-12, f"{ours} against {expected}, apart by {apart:.2g}"


def check_same(ours, theirs, relative=1e-12):
    """Fail unless two structures have the same kinds, dtypes, shapes, and nearly the same numbers."""
    assert type(ours) is type(theirs)
    for one, two in zip(leaves(ours), leaves(theirs), strict=True):
        assert type(one) is type(two)
        one, two = np.asarray(one), np.asarray(two)
        assert (one.dtype, one.shape) == (two.dtype, two.shape)
        apart = relative * np.max(np.abs(two), initial=1e-300)
        np.testing.assert_allclose(one, two, rtol=0, atol=apart)


def check_structure(primal, gradient, where="the gradient"):
    """A gradient has its argument's structure, shapes, dtypes and kinds."""
    if isinstance(primal, dict):
        assert type(gradient) is type(primal), where
        assert list(gradient) == list(primal), f"{where}: keys {list(gradient)}"
        for key, item in primal.items():
            check_structure(item, gradient[key], f"{where}[{key!r}]")
    elif isinstance(primal, list | tuple):
        assert type(gradient) is type(primal), f"{where}: {type(gradient).__name__}"
        assert len(gradient) == len(primal), where
        for i, item in enumerate(primal):
            check_structure(item, gradient[i], f"{where}[{i}]")
    elif not is_leaf(primal):
        assert gradient is None, f"{where}: {gradient!r}, expected None"
    else:
        assert type(gradient) is type(primal), f"{where}: {type(gradient).__name__}"
        assert np.shape(gradient) == np.shape(primal), f"{where}: {np.shape(gradient)}"
        assert np.result_type(gradient) == np.result_type(primal), f"{where}: {gradient!r}"


def check_apart(*trees):
    """No array of any structure shares memory with another; one of length 0 has none."""
    found = [(array, k) for k, tree in enumerate(trees) for array in arrays(tree) if array.size]
    for (a, k), (b, m) in itertools.combinations(found, 2):
        assert not np.shares_memory(a, b), f"arrays of {k} and {m} share memory"


def frozen(tree):
    """A structure to the byte, layout and identity of its arrays included: compared by `==`."""
    names = {}

    def freeze(value):
        if isinstance(value, dict):
            return dict, [(key, freeze(item)) for key, item in value.items()]
        if isinstance(value, list | tuple):
            return type(value), [freeze(item) for item in value]
        if isinstance(value, np.ndarray):
            name = names.setdefault(id(value), len(names))
            kept = value.dtype.str, value.shape, value.strides, value.flags.writeable
            return name, *kept, value.tobytes()
        if isinstance(value, float | np.generic):
            return type(value), np.asarray(value).tobytes()
        return type(value), repr(value)

    return freeze(tree)


def places(tree, text):
    """The expressions that read each leaf of a structure named `text`."""
    if isinstance(tree, dict):
        return [p for key, item in tree.items() for p in places(item, f"{text}[{key!r}]")]
    if isinstance(tree, list | tuple):
        return [p for i, item in enumerate(tree) for p in places(item, f"{text}[{i}]")]
    return [text] if is_leaf(tree) else []


def define(source, name="f", **names):
    """The function `name` of a module text, with a source that can be read."""
    filename = f"<test {next(COUNTER)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace = {"__name__": "defined", "np": np, **names}
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]


def component(derivative, parameters, args, argnums, tangents):
    """The gradient along `tangents` as a function of the same arguments, in plain Python text."""
    terms, constants = [], {}
    for k, (place, tangent) in enumerate(zip(argnums, tangents, strict=True)):
        for text, entry in zip(places(args[place], f"found[{k}]"), leaves(tangent), strict=True):
            name = f"weight_{len(constants)}"
            constants[name] = entry
            terms.append(f"np.sum({text} * {name})")
    call = ", ".join(parameters)
    source = f"def component({call}):\n    found = derivative({call})\n    return {' + '.join(terms)}\n"
    return define(source, "component", derivative=derivative, **constants)


class TookTooLong(BaseException):
    """Not an Exception, so that nothing in between catches it."""


@contextmanager
def limit(seconds):
    """Fail what runs longer, where the platform can interrupt it."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(signum, frame):
        raise TookTooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except TookTooLong:
        raise AssertionError(f"took longer than {seconds} s") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
