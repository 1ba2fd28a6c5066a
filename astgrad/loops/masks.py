"""Boolean masks: what they pick is counted first, and written in order."""

from __future__ import annotations

from astgrad.analysis.indexing import index_items, item_kind
from astgrad.ir.core import TEMP, Arg, Block, If, Pack, Var
from astgrad.ir.fact import INT, Fact
from astgrad.loops.lower import Lowered
from astgrad.loops.reductions import reduced
from astgrad.loops.values import Computed, Index, Stored, Value, stored
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing


def is_mask(index: Arg) -> bool:
    items = index_items(index)
    return len(items) == 1 and item_kind(items[0]) == "mask"


def mask_of(lo: Lowered, x: Value, index: Arg) -> Value:
    mask = stored(lo.array(index_items(index)[0]))
    if mask.rank != x.rank:
        raise Uncompiled("a mask with fewer dimensions than the array")
    for k in range(x.rank):
        lo.checked_equal(lo.true_size(lo.write, mask, k), lo.true_size(lo.write, x, k))
    return mask


def picked(lo: Lowered, out: Var, x: Value, index: Arg) -> None:
    """`x[mask]`"""
    mask = mask_of(lo, x, index)
    if isinstance(x, Computed):
        x = stored(lo.fill(x, Var(TEMP, Fact("array", out.fact.dtype, (None,) * x.rank))))
    count = reduced(lo, "np.sum", mask, tuple(range(x.rank)), INT, "count").at(lo.write, ())
    fact = Fact("array", out.fact.dtype, (None,))
    made = lo.allocate(out.name, fact, (count,))

    def step(write: Writing, at: Index, params: list[Var]) -> list[Arg]:
        target, n = params
        new = write.apply("setitem", target, n, x.at(write, at), fact=fact, name=out.name)
        return [new, write.apply("Add", n, ONE, fact=INT, name="n")]

    result = each(lo, mask, [made, ZERO], [made, Var("n", INT)], step)[0]
    assert isinstance(result, Var)
    lo.values[out] = stored(result)


def each(lo: Lowered, mask: Value, carried: list[Var | Arg], facts: list[Var],
         step: object) -> list[Arg]:
    """Loops with `step` where the mask holds."""
    def body(write: Writing, index: Index, params: list[Var]) -> list[Arg]:
        test = mask.at(write, index)
        inner = Writing(write)
        results = step(inner, index, params)  # type: ignore[operator]
        outs = tuple(Var(v.name, v.fact) for v in facts)
        write.add(If(outs, test, Block((), tuple(inner.ops), tuple(results)),
                     Block((), (), tuple(params)), write.span))
        return list(outs)

    return lo.nest(lo.sizes(mask), carried, facts, body)


def stored_where(lo: Lowered, target: Var, index: Arg, value: Arg, rule: str) -> Var:
    """`x[mask] = value`, `x[mask] += value`"""
    x = stored(target)
    mask = mask_of(lo, x, index)
    given = lo.value(value)
    if given.rank > 1:
        raise Uncompiled("a write of an array with several dimensions at a mask")
    one = given.rank == 0
    if not one:
        given = stored(lo.array(value))
        count = reduced(lo, "np.sum", mask, tuple(range(x.rank)), INT, "count").at(lo.write, ())
        lo.checked_equal(count, lo.true_size(lo.write, given, 0))

    def step(write: Writing, at: Index, params: list[Var]) -> list[Arg]:
        where = at[0] if len(at) == 1 else Pack("tuple", at)
        element = given.at(write, () if one else (params[1],))
        new = write.apply(rule, params[0], where, element, fact=target.fact, name=target.name)
        return [new] if one else [new, write.apply("Add", params[1], ONE, fact=INT, name="n")]

    carried: list[Var | Arg] = [target] if one else [target, ZERO]
    facts = [target] if one else [target, Var("n", INT)]
    result = each(lo, mask, carried, facts, step)[0]
    assert isinstance(result, Var)
    return result


__all__ = ["Stored", "is_mask", "picked", "stored_where"]
