"""Arrays that are only ever stored whole are bound anew, where a copy would be made to store.

    saved.append(x.copy()); x[...] = x + t      ->      saved.append(x); x = x + t
    x[...] = saved.pop()                        ->      x = saved.pop()
    y = x.copy(); y[...] = x / t                ->      y = x / t

In: a block, the writes that are not safe as they stand, and what makes each variable.  Out:
the stored values and the versions that they become, with their new name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from astgrad.analysis.builder import rank_zero
from astgrad.analysis.updates import is_update
from astgrad.ir.core import TEMP, Apply, Arg, Block, Const, For, If, Op, Var, While, With
from astgrad.ir.sizes import same_shape
from astgrad.ir.walk import all_ops, args_of, blocks_of, vars_of


def rebound(block: Block, unsafe: Iterable[Op], makers: Mapping[Var, Apply]) -> dict[Var, Var]:
    """The new names of what the unsafe stores, and all others into the same arrays, store."""
    stores = [op.outs[0] for op in unsafe
              if isinstance(op, Apply) and op.rule.name == "setitem"]
    if not stores:
        return {}
    chains, uses = Chains(block), read(block)
    found: dict[Var, Var] = {}
    for root in dict.fromkeys(map(chains.find, stores)):
        writes = chains.writes[root]
        if all(is_whole(op, uses, makers) for op in writes):
            for op in writes:
                value = op.args[2]
                assert isinstance(value, Var)
                found[value] = found[op.outs[0]] = Var(op.outs[0].name, value.fact)
    return found


def overwritten(block: Block, unsafe: Iterable[Op], makers: Mapping[Var, Apply]
                ) -> dict[Var, Var]:
    """Copies that would be overwritten whole, and are only read then: they are what is stored.

    The names of both, and the name that they have from now on.
    """
    found: dict[Var, Var] = {}
    changed = set(vars_of(*(arg for op in all_ops(block) for arg in written(op))))
    for op in unsafe:
        if not isinstance(op, Apply) or op.rule.name != "setitem" or op.outs[0] in changed:
            continue
        x, index, value = op.args
        if (index == Const(Ellipsis) and isinstance(x, Var) and isinstance(value, Var)
                and value in makers and not is_update(makers[value]) and value not in found
                and value.fact.kind == x.fact.kind == "array"
                and value.fact.dtype == x.fact.dtype
                and same_shape(value.fact.shape, x.fact.shape)):
            name = op.outs[0].name if value.name == TEMP else value.name
            found[op.outs[0]] = found[value] = Var(name, value.fact)
    return found


def written(op: Op) -> tuple[Arg, ...]:
    """What an op may write into, or hand on to where it may be written into."""
    if isinstance(op, Apply):
        return (op.args[op.rule.index(op.rule.writes)],) if op.rule.writes else ()
    return (*args_of(op), *(result for b in blocks_of(op) for result in b.results))


def read(block: Block) -> Counter[Var]:
    """How often each variable is read."""
    uses = Counter(vars_of(*block.results))
    for op in all_ops(block):
        uses.update(vars_of(*args_of(op), *(r for b in blocks_of(op) for r in b.results)))
    return uses


def is_whole(op: Apply, uses: Counter[Var], makers: Mapping[Var, Apply]) -> bool:
    """Whether an array of the same kind, which nobody else reads, is stored over all of one."""
    if op.rule.name != "setitem":
        return False
    x, index, value = op.args
    if not (isinstance(x, Var) and isinstance(value, Var) and index == Const(Ellipsis)):
        return False
    maker = makers.get(value)
    if maker is None:  # a value that was saved
        alike = same_shape(x.fact.shape, value.fact.shape)
    elif maker.rule.alias is not None or maker.rule.name == "[]" or is_update(maker):
        return False
    else:
        alike = (same_shape(x.fact.shape, value.fact.shape)
                 or (maker.rule.kind == "elementwise" and x in maker.args
                     and all(arg is x or rank_zero(arg) for arg in maker.args)))
    return (alike and uses[value] == 1 and x.fact.kind == value.fact.kind == "array"
            and x.fact.dtype == value.fact.dtype)


class Chains:
    """The versions of each array: what updates, loops and branches make of one another."""

    def __init__(self, block: Block) -> None:
        self.parent: dict[Var, Var] = {}
        for a, b in pairs(block):
            if isinstance(a, Var) and isinstance(b, Var):
                self.parent[self.find(a)] = self.find(b)
        self.writes: dict[Var, list[Apply]] = defaultdict(list)
        for op in all_ops(block):
            if isinstance(op, Apply) and op.rule.writes is not None:
                self.writes[self.find(op.outs[0])].append(op)

    def find(self, var: Var) -> Var:
        while (up := self.parent.get(var, var)) is not var:
            var = up
        return var


def pairs(block: Block) -> Iterator[tuple[Arg, Arg]]:
    """Variables that are one, or versions of one another."""
    for op in all_ops(block):
        match op:
            case Apply() if op.rule.writes is not None:
                yield op.args[op.rule.index(op.rule.writes)], op.outs[0]
            case If():
                yield from zip(op.outs, op.then.results, strict=True)
                yield from zip(op.outs, op.orelse.results, strict=True)
            case With():
                yield from zip(op.outs, op.body.results, strict=True)
            case For() | While():
                params = op.body.params[1:] if isinstance(op, For) else op.body.params
                for group in (op.init, params, op.body.results[: len(op.outs)]):
                    yield from zip(op.outs, group, strict=True)
                if isinstance(op, While):
                    yield from zip(op.outs, op.test.params, strict=True)


__all__ = ["rebound"]
