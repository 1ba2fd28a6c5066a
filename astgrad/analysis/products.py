"""Directives of products: the adjoint of each factor, where ranks and axes are known."""

from __future__ import annotations

from astgrad.analysis.axes import DOTS, between, length, plain, refusal
from astgrad.analysis.builder import DIRECTIVES, IDENTITIES, Builder, rank_zero
from astgrad.analysis.directives import column
from astgrad.analysis.shapes import FULL, expand, transpose_last, unbroadcast
from astgrad.ir.core import NONE, Apply, Arg, Const, Pack
from astgrad.ir.sizes import fact_of_arg


def uncolumn(build: Builder, v: Arg) -> Arg:
    return build.apply("[]", v, Pack("tuple", (DOTS, Const(0))))


def outer(build: Builder, a: Arg, b: Arg) -> Arg:
    """a[..., :, None] * b[..., None, :]"""
    if fact_of_arg(a).rank == fact_of_arg(b).rank == 1:
        return build.apply("np.outer", a, b)
    if fact_of_arg(b).rank != 1:
        b = build.apply("[]", b, Pack("tuple", (DOTS, NONE, FULL)))
    return build.apply("Mult", column(build, a), b)


def matmul_left(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    """The adjoint of a in a @ b."""
    ranks = fact_of_arg(a).rank, fact_of_arg(b).rank
    match ranks:
        case (1, 1):
            return build.apply("Mult", g, b)
        case (1, 2):
            return build.apply("MatMult", b, g)
        case (1, int()):
            value = build.apply("MatMult", b, column(build, g))
            return unbroadcast(build, uncolumn(build, value), a)
        case (int(), 1):
            return outer(build, g, b)
        case (int(), int()):
            value = build.apply("MatMult", g, transpose_last(build, b))
            return value if ranks == (2, 2) else unbroadcast(build, value, a)
    return build.apply("matmul_left_any", g, a, b)


def matmul_right(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    """The adjoint of b in a @ b."""
    ranks = fact_of_arg(a).rank, fact_of_arg(b).rank
    match ranks:
        case (1, 1):
            return build.apply("Mult", g, a)
        case (2, 1):
            return build.apply("MatMult", g, a)
        case (1, int()):
            return outer(build, a, g)
        case (int(), 1):
            back = build.apply("MatMult", transpose_last(build, a), column(build, g))
            return unbroadcast(build, uncolumn(build, back), b)
        case (int(), int()):
            value = build.apply("MatMult", transpose_last(build, a), g)
            return value if ranks == (2, 2) else unbroadcast(build, value, b)
    return build.apply("matmul_right_any", g, a, b)


def dot_left(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    """The adjoint of a in np.dot(a, b): a product, or a sum over the last axis of a and
    the last but one of b, without broadcasting.
    """
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", g, b), a)
    first, second = fact_of_arg(a).rank, fact_of_arg(b).rank
    if first is None or second is None:
        return build.apply("dot_left_any", g, a, b)
    if second <= 2:
        return matmul_left(build, g, a, b)
    others = tuple(i for i in range(second) if i != second - 2)
    mine = tuple(range(first - 1, first + second - 2))
    return build.apply("np.tensordot", g, b, Const((mine, others)))


def dot_right(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", a, g), b)
    first, second = fact_of_arg(a).rank, fact_of_arg(b).rank
    if first is None or second is None:
        return build.apply("dot_right_any", g, a, b)
    if first <= 2 and second <= 2:
        return matmul_right(build, g, a, b)
    mine = tuple(range(first - 1))
    back = build.apply("np.tensordot", a, g, Const((mine, mine)))
    return back if second <= 2 else build.apply("np.moveaxis", back, Const(0), Const(second - 2))


def cross_axes(build: Builder, a: Arg, b: Arg, ans: Arg, g: Arg, places: tuple[Arg, ...]
               ) -> tuple[Arg, Arg, Arg, tuple[int, int]]:
    """g, a and b with their components along the last axis, and where a and b had them."""
    ranks = ranks_of("np.cross", a, b)
    plane = fact_of_arg(ans).rank != max(ranks)
    first, second, third, axis = (plain(place) for place in places)
    if axis is not None:
        first = second = third = axis
    if not all(isinstance(v, int) for v in (first, second, third)):
        raise refusal("np.cross along an axis known only at run time", "write the axis out")
    u = build.apply("np.moveaxis", a, Const(first), Const(-1))
    v = build.apply("np.moveaxis", b, Const(second), Const(-1))
    if not plane:
        g = build.apply("np.moveaxis", g, Const(third), Const(-1))
    elif not rank_zero(g):
        g = column(build, g)
    return g, u, v, (first, second)  # type: ignore[return-value]


def turned(build: Builder, v: Arg) -> Arg:
    """(v[1], -v[0]) for vectors in the plane."""
    first, second = (build.apply("[]", v, Pack("tuple", (DOTS, Const(k)))) for k in (0, 1))
    parts = Pack("tuple", (second, build.apply("USub", first)))
    return build.apply("np.stack", parts, Const(-1))


def cross_left(build: Builder, g: Arg, a: Arg, b: Arg, ans: Arg, *places: Arg) -> Arg:
    """The adjoint of a in np.cross(a, b): np.cross(b, g)."""
    g, u, v, (axis, _) = cross_axes(build, a, b, ans, g, places)
    if fact_of_arg(ans).rank == max(ranks_of("np.cross", a, b)):
        back = build.apply("np.cross", v, g)
    else:
        back = build.apply("Mult", g, turned(build, v))
    back = unbroadcast(build, back, u)
    return build.apply("np.moveaxis", back, Const(-1), Const(axis))


def cross_right(build: Builder, g: Arg, a: Arg, b: Arg, ans: Arg, *places: Arg) -> Arg:
    g, u, v, (_, axis) = cross_axes(build, a, b, ans, g, places)
    if fact_of_arg(ans).rank == max(ranks_of("np.cross", a, b)):
        back = build.apply("np.cross", g, u)
    else:
        back = build.apply("Mult", build.apply("USub", g), turned(build, u))
    back = unbroadcast(build, back, v)
    return build.apply("np.moveaxis", back, Const(-1), Const(axis))


# -- sums over named axes --------------------------------------------------------------------


def inner_left(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    """The adjoint of a in np.inner(a, b), a sum over the last axes."""
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", g, b), a)
    first, second = ranks_of("np.inner", a, b)
    if first == second == 1:
        return build.apply("Mult", g, b)
    return build.apply("np.tensordot", g, b, Const(
        (tuple(range(first - 1, first + second - 2)), tuple(range(second - 1)))))


def inner_right(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", a, g), b)
    first, second = ranks_of("np.inner", a, b)
    if first == second == 1:
        return build.apply("Mult", g, a)
    mine = tuple(range(first - 1))
    return build.apply("np.tensordot", g, a, Const((mine, mine)))


def ranks_of(name: str, *args: Arg) -> tuple[int, ...]:
    ranks = tuple(fact_of_arg(arg).rank for arg in args)
    if None in ranks:
        raise refusal(f"{name} of arrays whose ranks are not known", "pass example arguments")
    return ranks  # type: ignore[return-value]


def contracted(a: Arg, b: Arg, axes: Arg) -> tuple[int, int, list[int], list[int]]:
    """Ranks, and the axes that np.tensordot sums over, counted from the front."""
    first, second = ranks_of("np.tensordot", a, b)
    value = plain(axes)
    if isinstance(value, int):
        return first, second, list(range(first - value, first)), list(range(value))
    if not isinstance(value, tuple | list):
        raise refusal("np.tensordot along axes known only at run time", "write the axes out")
    left, right = ((v,) if isinstance(v, int) else v for v in value)
    return first, second, [i % first for i in left], [i % second for i in right]


def tensordot_left(build: Builder, g: Arg, a: Arg, b: Arg, axes: Arg) -> Arg:
    """The adjoint of a in np.tensordot(a, b, axes)."""
    first, second, left, right = contracted(a, b, axes)
    free = [i for i in range(second) if i not in right]
    mine = [i for i in range(first) if i not in left]
    last = tuple(range(len(mine), len(mine) + len(free)))
    back = build.apply("np.tensordot", g, b, Const((last, tuple(free))))
    order = mine + [i for _, i in sorted(zip(right, left, strict=True))]
    return reordered(build, back, order)


def tensordot_right(build: Builder, g: Arg, a: Arg, b: Arg, axes: Arg) -> Arg:
    first, second, left, right = contracted(a, b, axes)
    free = [i for i in range(first) if i not in left]
    back = build.apply("np.tensordot", a, g, Const((tuple(free), tuple(range(len(free))))))
    order = [j for _, j in sorted(zip(left, right, strict=True))]
    order += [j for j in range(second) if j not in right]
    return reordered(build, back, order)


def reordered(build: Builder, x: Arg, order: list[int]) -> Arg:
    """x, whose axis i is to stand at order[i]."""
    if order == list(range(len(order))):
        return x
    if order == [1, 0]:
        return build.apply(".T", x)
    return build.apply("np.transpose", x, Const(tuple(order.index(i) for i in range(len(order)))))


def kron_parts(build: Builder, g: Arg, a: Arg, b: Arg) -> tuple[Arg, str, str, str]:
    """g with one axis for each axis of a and of b, and the letters of all three."""
    first, second = ranks_of("np.kron", a, b)
    rank = max(first, second)
    ours, theirs, shape, letters = "", "", [], ""
    for i in range(rank):
        for array, size, names in ((a, first, "abcdefgh"), (b, second, "ijklmnop")):
            k = i - (rank - size)
            if k >= 0:
                shape.append(length(build, array, k))
                letters += names[k]
                if array is a and names[0] == "a":
                    ours += names[k]
                else:
                    theirs += names[k]
    return build.apply("np.reshape", g, Pack("tuple", tuple(shape))), letters, ours, theirs


def kron_left(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", g, b), a)
    blocks, letters, ours, theirs = kron_parts(build, g, a, b)
    text = f"{letters},{theirs}->{ours}"
    return build.apply("np.einsum", Const(text), Pack("tuple", (blocks, b)))


def kron_right(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", a, g), b)
    blocks, letters, ours, theirs = kron_parts(build, g, a, b)
    text = f"{letters},{ours}->{theirs}"
    return build.apply("np.einsum", Const(text), Pack("tuple", (blocks, a)))


def computes(op: Apply) -> bool:
    """Whether an einsum has several operands; that of one may be a view of it."""
    return op.rule.name == "np.einsum" and not (
        isinstance(op.args[1], Pack) and len(op.args[1].items) == 1)


def einsum_terms(subscripts: Arg, ranks: list[int]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, ellipses written out."""
    text = plain(subscripts)
    if not isinstance(text, str):
        raise refusal("np.einsum with subscripts known only at run time", "write them out")
    text = text.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    used = set(text)
    spare = [c for c in "ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcba" if c not in used]
    most = max((rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)
                if "..." in term), default=0)
    dots = spare[:most]
    if not arrow:
        letters = sorted(set(inputs) - set(".,"))
        output = "".join(c for c in letters if inputs.count(c) == 1)
        output = ("..." if "..." in inputs else "") + output
    filled = []
    for term, rank in zip(terms, ranks, strict=True):
        count = rank - len(term.replace("...", ""))
        filled.append(term.replace("...", "".join(dots[most - count :])))
    return filled, output.replace("...", "".join(dots))


def einsum_adjoints(build: Builder, g: Arg, subscripts: Arg, operands: Arg) -> Arg:
    """The adjoint of each operand of an einsum is one einsum."""
    assert isinstance(operands, Pack)
    items = operands.items
    terms, output = einsum_terms(subscripts, list(ranks_of("np.einsum", *items)))
    parts = [einsum_adjoint(build, g, terms, output, items, i) for i in range(len(items))]
    return Pack("tuple", tuple(parts))


def einsum_adjoint(build: Builder, g: Arg, terms: list[str], output: str, items: tuple[Arg, ...],
                   i: int) -> Arg:
    mine = terms[i]
    unique = "".join(dict.fromkeys(mine))
    others = [(t, x) for k, (t, x) in enumerate(zip(terms, items, strict=True)) if k != i]
    have = set(output).union(*(t for t, _ in others))
    known = "".join(c for c in unique if c in have)
    spec = ",".join([output, *(t for t, _ in others)]) + "->" + known
    if not others and output == known:
        found = g
    else:
        found = build.apply("np.einsum", Const(spec), Pack("tuple", (g, *(x for _, x in others))))
    if known != unique:  # axes that were summed alone
        index = tuple(FULL if c in have else NONE for c in unique)
        if known:
            found = build.apply("[]", found, Pack("tuple", index))
    if mine != unique:  # axes that stand twice: a diagonal
        return on_diagonals(build, found, mine, unique, items[i])
    if known != unique:
        return expand(build, found, items[i])
    found = unbroadcast(build, found, items[i])
    pairs = zip(fact_of_arg(found).shape or (), fact_of_arg(items[i]).shape or (), strict=False)
    stretched = any(m == 1 and n != 1 for m, n in pairs)
    return expand(build, found, items[i]) if stretched else found


def on_diagonals(build: Builder, g: Arg, term: str, unique: str, x: Arg) -> Arg:
    """g on the diagonal of axes that share a letter, zeros elsewhere."""
    index: list[Arg] = []
    for place, c in enumerate(term):
        count = build.apply("np.arange", length(build, x, place))
        shape = tuple(Const(-1) if u == c else Const(1) for u in unique)
        index.append(count if len(unique) == 1 else
                     build.apply("np.reshape", count, Pack("tuple", shape)))
    zeros = build.apply("np.zeros_like", x)
    if fact_of_arg(g).is_complex and not fact_of_arg(x).is_complex:
        g = build.apply("np.real", g)
    return build.apply("index_add", zeros, Pack("tuple", tuple(index)), g)


def _einsum(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    """The spelling `einsum(a, [0, 1], b, [1, 2], [0, 2])` as letters."""
    subscripts, operands, optimize = args
    if isinstance(plain(subscripts), str) or not isinstance(operands, Pack):
        return None
    items = (subscripts, *operands.items)
    arrays, lists = items[0 : len(items) // 2 * 2 : 2], items[1::2]

    def letters(arg: Arg) -> str:
        value = plain(arg)
        assert isinstance(value, tuple | list)
        return "".join("..." if v is ... else "abcdefghijklmnopqrstuvwxyz"[v] for v in value)

    text = ",".join(letters(item) for item in lists)
    if len(items) % 2:
        text += "->" + letters(items[-1])
    return build.apply("np.einsum", Const(text), Pack("tuple", arrays), optimize)


def unconvolve(build: Builder, g: Arg, a: Arg, v: Arg) -> Arg:
    """The adjoint of a in the full convolution of a and v."""
    back = build.apply("[]", v, Const(slice(None, None, -1)))
    whole = build.apply("np.convolve", g, back)
    less = build.apply("Sub", build.apply("np.size", v), Const(1))
    stop = build.apply("np.size", g)
    return build.apply("[]", whole, between(less, stop))


def _convolve(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    """Modes "valid" and "same" are parts of the full convolution."""
    a, v, mode = args
    if plain(mode) == "full":
        return None
    n, m = build.apply("np.size", a), build.apply("np.size", v)
    whole = build.apply("np.convolve", a, v)
    long, short = build.apply("max", n, m), build.apply("min", n, m)
    less = build.apply("Sub", short, Const(1))
    if plain(mode) == "valid":
        return build.apply("[]", whole, between(less, long))
    start = build.apply("FloorDiv", less, Const(2))
    return build.apply("[]", whole, between(start, build.apply("Add", start, long)))


IDENTITIES |= {"np.einsum": _einsum, "np.convolve": _convolve}
DIRECTIVES |= {
    "matmul_left": matmul_left, "matmul_right": matmul_right, "dot_left": dot_left,
    "dot_right": dot_right, "inner_left": inner_left, "inner_right": inner_right,
    "tensordot_left": tensordot_left, "tensordot_right": tensordot_right,
    "kron_left": kron_left, "kron_right": kron_right, "einsum_adjoints": einsum_adjoints,
    "unconvolve": unconvolve, "cross_left": cross_left, "cross_right": cross_right,
}  # fmt: skip
