"""Forward mode: a block -> a block that computes each active value's tangent beside it."""

from __future__ import annotations

from dataclasses import replace

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder, rank_zero
from astgrad.analysis.shapes import expand
from astgrad.ir.core import (
    NONE,
    TEMP,
    TEMP_DOT,
    Apply,
    Arg,
    Block,
    Const,
    For,
    If,
    Op,
    Pack,
    Undefined,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.fact import Fact, adjoint_fact, carried_adjoint
from astgrad.ir.sizes import fact_of_arg, same_shape
from astgrad.ir.walk import substitute
from astgrad.rules import table
from astgrad.transform.adjoints import (
    add_adjoints,
    as_real,
    refuse,
    result_of,
    times,
    write_in,
    zero,
)
from astgrad.transform.calls import Derivatives, forward_call

Dots = dict[Var, Arg]
OFFSETS = {("np.sum", "initial"): NONE, ("np.pad", "constant_values"): Const(0)}


def dot_name(var: Var) -> str:
    return f"{var.name}_dot"


class Forward:
    def __init__(self, active: Activity, functions: Derivatives) -> None:
        self.active, self.functions = active, functions

    def block(self, ops: tuple[Op, ...], dots: Dots, parent: Builder | None = None) -> list[Op]:
        """The ops with those of the tangents between them; `dots` is filled."""
        build = Builder(parent)
        for op in ops:
            build.span = op.span
            build.hint = TEMP_DOT
            match op:
                case Apply() if op.rule.called:
                    forward_call(self, build, op, dots)
                case Apply():
                    build.add(op)
                    self.apply(build, op, dots)
                case If():
                    self.branches(build, op, dots)
                case With():
                    self.within(build, op, dots)
                case For() | While():
                    self.loop(build, op, dots)
        return build.ops

    def dot(self, build: Builder, arg: Arg, dots: Dots) -> Arg | None:
        """The tangent of an arg; None is zero."""
        match arg:
            case Var():
                return dots.get(arg)
            case Pack(kind="tuple" | "list"):
                parts = [self.dot(build, item, dots) for item in arg.items]
                if all(part is None for part in parts):
                    return None
                filled = [zero(build, item) if part is None else part
                          for item, part in zip(arg.items, parts, strict=True)]
                return Pack(arg.kind, tuple(filled), arg.keys)
        return None

    # -- primitives --------------------------------------------------------------------

    def apply(self, build: Builder, op: Apply, dots: Dots) -> None:
        if op.rule.name == "pop":
            self.pop(build, op, dots)
            return
        if len(op.outs) > 1:
            self.several(build, op, dots)
            return
        if not op.outs or op.outs[0] not in self.active:
            return
        out = op.outs[0]
        if op.rule.kind == "opaque":
            refuse(op)
            return
        match op.rule.kind:
            case "elementwise":
                value = self.elementwise(build, op, dots)
            case "bilinear":
                value = self.bilinear(build, op, dots)
            case "general":
                value = self.general(build, op, dots)
            case _:
                value = self.linear(build, op, dots)
        if value is not None:
            dots[out] = self.named(value, out)

    def several(self, build: Builder, op: Apply, dots: Dots) -> None:
        """The tangents of a row with several results, one by one."""
        for i, out in enumerate(op.outs):
            if out in self.active:
                value = self.general(build, op, dots, i)
                if value is not None:
                    dots[out] = self.named(value, out)

    @staticmethod
    def named(value: Arg, out: Var) -> Arg:
        if isinstance(value, Var) and value.name == TEMP_DOT and out.name != TEMP:
            value.name = dot_name(out)
        return value

    def add(self, build: Builder, a: Arg | None, b: Arg) -> Arg:
        return b if a is None else add_adjoints(build, a, b, TEMP_DOT)

    def elementwise(self, build: Builder, op: Apply, dots: Dots) -> Arg | None:
        env: dict[str, Arg] = dict(zip(op.rule.params, op.args, strict=True))
        env["ans"] = op.outs[0]
        total: Arg | None = None
        for param, derivative in op.rule.derivatives.items():
            dot = self.dot(build, env[param], dots)
            if dot is not None:
                total = self.add(build, total, times(build, dot, build.expand(derivative, env)))
        if total is None:
            return None
        total = as_real(build, total, op.outs[0])
        have, want = fact_of_arg(total), op.outs[0].fact
        fits = have.kind == "array" and same_shape(have.shape, want.shape)
        if want.kind == "array" and not fits and not rank_zero(op.outs[0]):
            total = expand(build, total, op.outs[0])
        return total

    def linear(self, build: Builder, op: Apply, dots: Dots) -> Arg | None:
        """The row at the tangents, all its linear parameters at once."""
        names = [p for p in op.rule.params if p in op.rule.derivatives] or list(op.rule.params)
        if op.rule.name in ("append", "list_of"):
            names = list(op.rule.params)
        if op.rule.name == "[]":
            names = ["x"]
        found = {p: self.dot(build, arg, dots)
                 for p, arg in zip(op.rule.params, op.args, strict=True) if p in names}
        if all(dot is None for dot in found.values()):
            return None
        args = []
        for param, arg in zip(op.rule.params, op.args, strict=True):
            dot = found.get(param)
            if param not in found or (dot is None and arg == NONE):
                args.append(OFFSETS.get((op.rule.name, param), arg))
                continue
            if dot is None:
                stored = op.rule.writes and param == "value" and op.outs[0].fact.kind == "array"
                dot = Const(0.0) if stored else zero(build, arg)
            args.append(dot)
        name = dot_name(op.outs[0]) if op.outs[0].name != TEMP else TEMP_DOT
        if op.rule.name in ("setitem_in", "index_add_in"):
            target, path, index, value = args
            assert isinstance(path, Pack)
            return write_in(build, op.rule.name, target, path.items, index, value, name)
        return build.apply(op.rule, *args, name=name)

    def bilinear(self, build: Builder, op: Apply, dots: Dots) -> Arg | None:
        total: Arg | None = None
        for i, arg in enumerate(op.args):
            if isinstance(arg, Pack):
                total = self.each_operand(build, op, i, arg, dots, total)
                continue
            dot = self.dot(build, arg, dots)
            if dot is not None and op.rule.params[i] in op.rule.derivatives:
                args = (*op.args[:i], dot, *op.args[i + 1 :])
                total = self.add(build, total, build.apply(op.rule, *args))
        return total

    def each_operand(self, build: Builder, op: Apply, i: int, pack: Pack, dots: Dots,
                     total: Arg | None) -> Arg | None:
        for k, item in enumerate(pack.items):
            dot = self.dot(build, item, dots)
            if dot is not None:
                items = (*pack.items[:k], dot, *pack.items[k + 1 :])
                args = (*op.args[:i], pack.rebuild(items), *op.args[i + 1 :])
                total = self.add(build, total, build.apply(op.rule, *args))
        return total

    def general(self, build: Builder, op: Apply, dots: Dots, which: int = 0) -> Arg | None:
        """The tangent of a row that states its adjoint: the transpose of the adjoint."""
        from astgrad.transform.reverse import Reverse

        if op.rule.tangent is not None:
            return op.rule.tangent(build, op.args, [self.dot(build, a, dots) for a in op.args])
        out = op.outs[which]
        total: Arg | None = None
        env: dict[str, Arg] = dict(zip(op.rule.params, op.args, strict=True))
        for param, derivative in op.rule.derivatives.items():
            dot = self.dot(build, env[param], dots)
            if dot is None:
                continue
            g = Var("g", adjoint_fact(out.fact))
            inner = Builder()
            bars = result_of([g if other is out else None for other in op.outs])
            ans = result_of(op.outs)
            adjoint = inner.expand(derivative, {**env, "ans": ans, "g": bars})
            if not isinstance(adjoint, Var):
                continue
            ops = tuple(inner.ops)
            reverse = Reverse(Activity(ops, [g], [adjoint]), self.functions)
            region = reverse.region(Block((), ops, ()), {adjoint: dot}, False)
            value = region.bars.get(g)
            for made in (*region.forward, *region.reverse):
                build.add(substitute(made, {g: out}))  # of g, only its shape is read
            if value is not None:
                total = self.add(build, total, value)
        return total

    def pop(self, build: Builder, op: Apply, dots: Dots) -> None:
        build_dot = dots.get(op.args[0]) if isinstance(op.args[0], Var) else None
        if build_dot is None:
            return
        rest, value = op.outs
        outs = (Var(dot_name(rest), fact_of_arg(build_dot)),
                Var(dot_name(value), carried_adjoint(value.fact)))
        build.add(Apply(outs, table.row("pop"), (build_dot,), op.span))
        dots[rest] = outs[0]
        if value.fact.may_vary:
            dots[value] = outs[1]

    # -- structure ---------------------------------------------------------------------

    def branches(self, build: Builder, op: If, dots: Dots) -> None:
        active = [i for i, out in enumerate(op.outs) if out in self.active]
        blocks = []
        for block in (op.then, op.orelse):
            inner_dots = dict(dots)
            ops = self.block(block.ops, inner_dots, build)
            tail = Builder(build)
            results = [self.result(tail, block.results[i], inner_dots) for i in active]
            blocks.append(Block((), (*ops, *tail.ops), (*block.results, *results)))
        outs = [Var(dot_name(op.outs[i]), carried_adjoint(op.outs[i].fact)) for i in active]
        build.add(replace(op, outs=(*op.outs, *outs), then=blocks[0], orelse=blocks[1]))
        dots.update(zip((op.outs[i] for i in active), outs, strict=True))

    def result(self, build: Builder, result: Arg, dots: Dots) -> Arg:
        if isinstance(result, Undefined) or result == NONE:
            return result
        dot = self.dot(build, result, dots)
        return zero(build, result) if dot is None else dot

    def within(self, build: Builder, op: With, dots: Dots) -> None:
        active = [i for i, out in enumerate(op.outs) if out in self.active]
        inner_dots = dict(dots)
        ops = self.block(op.body.ops, inner_dots, build)
        tail = Builder(build)
        results = [self.result(tail, op.body.results[i], inner_dots) for i in active]
        body = Block((), (*ops, *tail.ops), (*op.body.results, *results))
        outs = [Var(dot_name(op.outs[i]), carried_adjoint(op.outs[i].fact)) for i in active]
        build.add(replace(op, outs=(*op.outs, *outs), body=body))
        dots.update(zip((op.outs[i] for i in active), outs, strict=True))

    def loop(self, build: Builder, op: For | While, dots: Dots) -> None:
        lead = op.body.params[:1] if isinstance(op, For) else ()
        params = op.body.params[len(lead) :]
        count = len(op.outs)
        active = [j for j in range(count) if params[j] in self.active or op.outs[j] in self.active]
        inits = [self.result(build, op.init[j], dots) for j in active]
        dot_params = [Var(dot_name(params[j]), carried_adjoint(params[j].fact)) for j in active]
        inner_dots = dict(dots)
        inner_dots.update(zip((params[j] for j in active), dot_params, strict=True))
        ops = self.block(op.body.ops, inner_dots, build)
        tail = Builder(build)
        backs = [self.result(tail, op.body.results[j], inner_dots) for j in active]
        results = (*op.body.results[:count], *backs, *op.body.results[count:])
        body = Block((*op.body.params, *dot_params), (*ops, *tail.ops), results)
        outs = [Var(p.name, p.fact) for p in dot_params]
        new = replace(op, outs=(*op.outs, *outs), init=(*op.init, *inits), body=body)
        if isinstance(new, While):
            test = new.test
            fresh = tuple(Var(p.name, p.fact) for p in dot_params)
            new = replace(new, test=Block((*test.params, *fresh), test.ops, test.results))
        build.add(new)
        dots.update(zip((op.outs[j] for j in active), outs, strict=True))


__all__ = ["Fact", "Forward", "dot_name"]
