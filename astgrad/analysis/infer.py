"""The facts of a primitive's results, from the facts of its arguments.

NumPy itself is asked: the primitive runs on tiny arrays whose sizes stand for the
symbolic dimensions, under several assignments of sizes; a result's dimension is what
all of them agree on.  Elementwise rows broadcast symbolically, indexing has its own
rules.  What cannot be decided is unknown, never guessed.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from astgrad.ir.core import Arg, Const, Pack, Undefined, Var
from astgrad.ir.fact import BOOL, UNKNOWN, Dim, Fact, Shape, Size, fact_of, join
from astgrad.ir.sizes import Assumed, assume, assuming, broadcast, example, fact_of_arg, reshaped
from astgrad.rules.table import Row, evaluator

SIZES = ((5, 7, 9, 11, 13, 15), (6, 9, 13, 18, 24, 31), (8, 10, 11, 17, 12, 21))
CACHE: dict[Any, tuple[tuple[Fact, ...], Assumed]] = {}


def infer(row: Row, args: tuple[Arg, ...]) -> tuple[Fact, ...]:
    """One fact for each result of the row at these args."""
    sizes = tuple(example(Dim(s)) for f in _leaf_facts(args) for s in _symbols(f))
    key = (row, tuple(_key(arg) for arg in args), sizes)  # facts may look at the example
    found = CACHE.get(key)
    if found is None:
        if len(CACHE) > 20_000:
            CACHE.clear()
        found = CACHE[key] = assuming(lambda: _infer(row, args))
    facts, assumed = found
    assume(*assumed)
    return facts


def _key(arg: Arg) -> Any:
    match arg:
        case Var():
            return arg.fact
        case Const():
            return arg.key
        case Pack():
            return (arg.kind, tuple(_key(item) for item in arg.items), arg.keys)
    return None


def _infer(row: Row, args: tuple[Arg, ...]) -> tuple[Fact, ...]:
    if row.fact is not None:
        result = row.fact(*args)
        return result if isinstance(result, tuple) else (result,)
    if row.kind == "elementwise" or row.name in BROADCASTING:
        return (_elementwise(row, args),)
    if row.name == "np.reshape":
        return (reshaped(*args),)
    if row.name == "MatMult":
        product = _product(*map(fact_of_arg, args))
        if product is not None:
            return (product,)
    if row.name == "np.arange" and any(
            f.is_int and f.size is None for f in _leaf_facts(args)):
        return (_vague(_probe(row, args)),)  # the difference of two samples may look constant
    found = _probe(row, args)
    if found == UNKNOWN and _perhaps_complex(row, args):
        found = replace(UNKNOWN, dtype="complex128")  # perhaps: taken for real, half would be lost
    return (found,)


def _perhaps_complex(row: Row, args: tuple[Arg, ...]) -> bool:
    """Whether an arg is complex, or the row makes complex numbers of real ones."""
    facts = list(_leaf_facts(args))
    if any(f.is_complex or f.kind == "static" for f in facts):
        return any(f.is_complex for f in facts)
    if any(isinstance(arg, Undefined) for arg in args):
        return False
    result = _run(row, [_probe_value(_with_rank(a, 2, 4), _four, 4) for a in args])
    return result is not None and fact_of(result).is_complex


def _product(a: Fact, b: Fact) -> Fact | None:
    """The fact of `a @ b`; None where a rank is not known."""
    if not (a.is_array and b.is_array and a.shape and b.shape and a.dtype and b.dtype):
        return None
    dtype = np.result_type(np.dtype(a.dtype), np.dtype(b.dtype)).name
    stack = broadcast(a.shape[:-2], b.shape[:-2])
    ends = (*a.shape[-2:-1], *(b.shape[-1:] if len(b.shape) > 1 else ()))
    if stack is None:
        return Fact("array", dtype, None)
    return Fact("array", dtype, (*stack, *ends)) if stack or ends else Fact("scalar", dtype)


COMPARISONS = frozenset(("Lt", "LtE", "Gt", "GtE", "Eq", "NotEq"))
BROADCASTING = frozenset(
    "FloorDiv Lt LtE Gt GtE Eq NotEq BitAnd BitOr BitXor Invert np.sign np.floor np.ceil "
    "np.rint np.trunc np.isnan np.isfinite np.isinf np.logical_not np.floor_divide np.equal "
    "np.not_equal np.less np.less_equal np.greater np.greater_equal np.logical_and "
    "np.logical_or np.logical_xor share safe_divide inside below above share_exp log_of_base "
    "np.real np.conj np.round np.where".split()
)


def _elementwise(row: Row, args: tuple[Arg, ...]) -> Fact:
    facts = [fact_of_arg(arg) for arg in args]
    numeric = [f for f in facts if f.is_numeric]
    if any(f.kind == "static" for f in facts):
        return BOOL if row.name in COMPARISONS else UNKNOWN  # a text, None, a flag
    if any(f.kind == "unknown" for f in facts):
        dtype = "complex128" if _perhaps_complex(row, args) else "float64"
        return replace(UNKNOWN, kind="array", dtype=dtype)
    values = [_probe_value(arg, _flat_sizes, 1) for arg in args]
    result = _run(row, values)
    if result is None:  # a constant zero to divide by: what it would be for another number
        result = _run(row, [type(v)(1) if type(v) in (int, float) else v for v in values])
    if result is None:
        return UNKNOWN
    fact = fact_of(result)
    if fact.kind == "array":
        shape: Shape = ()
        for operand in numeric:
            shape = broadcast(shape, operand.shape)
        return replace(fact, shape=shape)
    if any(f.kind == "array" and f.rank is None for f in numeric):
        return Fact("array", fact.dtype if fact.kind != "number" else "float64", None)
    if row.name in ("max", "min") and {f.kind for f in facts} == {"number", "scalar"}:
        return Fact("scalar", np.result_type(*values).name)  # whichever it is that is picked
    if fact.kind == "number" and fact.dtype == "int":
        return replace(fact, size=_size(row.name, facts))
    return replace(fact, size=None)


def _flat_sizes(_: Size) -> int:
    return 1


def _four(size: Size) -> int:
    return size if isinstance(size, int) else 4


def _size(name: str, facts: list[Fact]) -> Size:
    sizes = [f.size for f in facts]
    match name, sizes:
        case "Add", [int() | Dim() as a, int() as b]:
            return a + b
        case "Add", [int() as a, Dim() as b]:
            return b + a
        case "Sub", [int() | Dim() as a, int() as b]:
            return a + -b
        case "Add" | "Mult" | "FloorDiv" | "Sub", [a, b] if a is not None and b is not None:
            if isinstance(a, int) and isinstance(b, int):
                return None
            return Dim((name, a, b))
    return None


# -- probing -----------------------------------------------------------------------------


def _probe(row: Row, args: tuple[Arg, ...]) -> Fact:
    facts = list(_leaf_facts(args))
    if any(f.kind in ("unknown", "static") for f in facts):
        return UNKNOWN
    if any(f.kind == "array" and f.shape is None for f in facts):
        return _probe_ranks(row, args)
    symbols = list(dict.fromkeys(s for f in facts for s in _symbols(f)))
    runs = 3 if len(symbols) > 1 else 2
    unsure = any(None in (f.shape or ()) for f in facts)
    unsized = any(f.is_int and f.size is None for f in facts)
    for same in (False, True) if unsure else (False,):
        assignments = [_assignment(symbols, i, same) for i in range(runs)]
        agreed = []
        for factor in (1, 2) if unsized else (1,):  # an int's samples must not look like a size
            results = [_run(row, [_probe_value(arg, sizes, factor * i + factor - 1)
                                  for arg in args]) for i, sizes in enumerate(assignments)]
            if all(result is not None for result in results):
                found = [fact_of(result) for result in results]
                agreed.append(_agree(found, symbols, assignments, unsure and same))
        if agreed:
            alike = len(agreed) == 1 + unsized and agreed[0] == agreed[-1]
            return agreed[0] if alike else _vague(agreed[0])
    return _as_in_example(row, args, symbols)


def _all_alike(row: Row, args: tuple[Arg, ...]) -> Fact:
    """Kind, dtype and rank where all unknown sizes are one: they had to fit."""
    found = []
    for run, n in enumerate((4, 6)):
        def size_of(size: Size, n: int = n) -> int:
            return size if isinstance(size, int) else n

        result = _run(row, [_probe_value(a, size_of, run) for a in args])
        if result is None:
            return UNKNOWN
        found.append(fact_of(result))
    return _agree(found, [], [], True)


def _as_in_example(row: Row, args: tuple[Arg, ...], symbols: list[Any]) -> Fact:
    """Sizes that must fit (2 x n with n = 2): kind, dtype and rank at the example's own."""
    sizes = {symbol: example(Dim(symbol)) for symbol in symbols}
    if None in sizes.values():
        return _all_alike(row, args)

    def size_of(size: Size) -> int:
        return max(0, example(size) or 0)

    result = _run(row, [_probe_value(arg, size_of, 2) for arg in args])
    return _all_alike(row, args) if result is None else _vague(fact_of(result))


def _vague(fact: Fact) -> Fact:
    shape = fact.shape and tuple(1 if n == 1 else None for n in fact.shape)
    return replace(fact, shape=shape, size=None, items=tuple(map(_vague, fact.items)))


def _probe_ranks(row: Row, args: tuple[Arg, ...]) -> Fact:
    """Of arrays of unknown rank: what two ranks that fit have in common."""
    sizes = dict.fromkeys((4, *(n for f in _leaf_facts(args) for n in f.shape or ()
                                if n is not None and n != 1)))
    found: list[Fact] = []
    for rank in (1, 2, 3, 4):
        trials = (_probe(row, tuple(_with_rank(arg, rank, n) for arg in args)) for n in sizes)
        found += [fact for fact in trials if fact != UNKNOWN][:1]
    found = found[:2]
    kinds = {fact.kind for fact in found}
    if len(found) == 2 and kinds in ({"scalar"}, {"number"}):
        return found[0]
    if kinds in ({"list"}, {"tuple"}):
        return _vague(join(found[0], found[-1]))
    return Fact("array", found[0].dtype, None) if found else UNKNOWN


def _with_rank(arg: Arg, rank: int, size: Size) -> Arg:
    if isinstance(arg, Var):
        return Var(arg.name, _fact_of_rank(arg.fact, rank, size))
    if isinstance(arg, Pack):
        return arg.rebuild(tuple(_with_rank(item, rank, size) for item in arg.items))
    return arg


def _fact_of_rank(fact: Fact, rank: int, size: Size) -> Fact:
    if fact.kind in ("list", "tuple"):
        items = tuple(_fact_of_rank(item, rank, size) for item in fact.items)
        return replace(fact, items=items)
    if fact.kind == "unknown":
        return Fact("array", "float64", (size,) * rank)
    unsure = fact.kind == "array" and fact.shape is None
    return replace(fact, shape=(size,) * rank) if unsure else fact


def _leaf_facts(args: tuple[Arg, ...]) -> Iterator[Fact]:
    for arg in args:
        if isinstance(arg, Pack):
            yield from _leaf_facts(arg.items)
        elif isinstance(arg, Var):
            yield from _flat(arg.fact)


def _flat(fact: Fact) -> Iterator[Fact]:
    if fact.kind in ("list", "tuple"):
        for item in fact.items:
            yield from _flat(item)
    else:
        yield fact


def _symbols(fact: Fact) -> Iterator[Any]:
    for size in (*(fact.shape or ()), fact.size):
        if isinstance(size, Dim):
            yield size.symbol


def _assignment(symbols: list[Any], run: int, same: bool) -> Callable[[Size], int]:
    sizes = SIZES[run]
    table = {s: sizes[i % 6] + 7 * (i // 6) for i, s in enumerate(symbols)}
    first = next(iter(table.values()), 4 + run)

    def size_of(size: Size) -> int:
        match size:
            case Dim():
                return max(0, table[size.symbol] + size.add)
            case None:
                return first if same else 3 + 5 * run
            case _:
                return size

    return size_of


def _probe_value(arg: Arg, sizes: Callable[[Size], int], run: int = 0) -> Any:
    match arg:
        case Const():
            return arg.value
        case Var():
            return _sample(arg.fact, sizes, run)
        case Pack(kind="tuple"):
            return tuple(_probe_value(item, sizes, run) for item in arg.items)
        case Pack(kind="list"):
            return [_probe_value(item, sizes, run) for item in arg.items]
        case Pack(kind="slice"):
            return slice(*(_probe_value(item, sizes, run) for item in arg.items))
        case Pack(kind="format"):
            return "1"  # a text that may be read as a number
        case Undefined():
            raise TypeError("undefined")
    return None


def _sample(fact: Fact, sizes: Callable[[Size], int], run: int) -> Any:
    match fact.kind:
        case "number":
            if fact.dtype == "int":
                return sizes(fact.size) if fact.size is not None else run
            return {"float": 0.5, "bool": True, "complex": 0.5 + 0.25j}[fact.dtype]
        case "scalar":
            return np.dtype(fact.dtype).type(1 + run if fact.dtype[0] in "iu" else 0.5)
        case "array":
            return _sample_array(tuple(sizes(s) for s in fact.shape or ()), fact.dtype)
        case "tuple":
            return tuple(_sample(item, sizes, run) for item in fact.items)
        case "list":
            return [_sample(fact.items[0], sizes, run) for _ in range(2 + run)]
    raise TypeError(fact.kind)


def _sample_array(shape: tuple[int, ...], dtype: str) -> Any:
    count = math.prod(shape)
    if dtype == "bool":
        return (np.arange(count) % 2 == 0).reshape(shape)
    if dtype[0] in "iu":
        return np.zeros(shape, dtype)
    array = (0.3 + 0.4 * np.arange(count) / max(count, 1)).reshape(shape)
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        array = array + 2.0 * len(array) * np.eye(shape[-1])
    return np.asarray(array, dtype)


def _run(row: Row, values: list[Any]) -> Any:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = evaluator(row)(*values)
            return tuple(value) if isinstance(value, tuple) else value
    except Exception:  # noqa: BLE001 - a sample that a function refuses tells nothing
        return None


def _agree(
    facts: list[Fact], symbols: list[Any], sizes: list[Callable[[Size], int]], vague: bool
) -> Fact:
    first = facts[0]
    if any(f.kind != first.kind or f.dtype != first.dtype for f in facts):
        return UNKNOWN
    if first.kind in ("tuple", "list"):
        if any(len(f.items) != len(first.items) for f in facts):
            return UNKNOWN
        columns = zip(*(f.items for f in facts), strict=True)
        return replace(
            first, items=tuple(_agree(list(c), symbols, sizes, vague) for c in columns)
        )
    if first.kind == "number":
        return replace(first, size=None)
    if first.kind != "array":
        return first
    if any(f.rank != first.rank for f in facts):
        return replace(first, shape=None)
    shapes = [f.shape or () for f in facts]
    dims = tuple(
        None if vague else _common([s[i] for s in shapes], symbols, sizes)
        for i in range(len(shapes[0]))
    )
    return replace(first, shape=dims)


def _common(dims: list[Size], symbols: list[Any], sizes: list[Callable[[Size], int]]) -> Size:
    if all(d == dims[0] for d in dims):
        return dims[0]
    known = [d for d in dims if isinstance(d, int)]
    if len(known) < len(dims):  # of a list of arrays of several lengths
        return None
    for symbol in symbols:
        adds = {d - size(Dim(symbol)) for d, size in zip(known, sizes, strict=True)}
        if len(adds) == 1:
            return Dim(symbol, adds.pop())
    return None
