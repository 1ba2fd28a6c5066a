"""The fixed point of a loop: the body is lowered again until its head holds."""

from __future__ import annotations

from collections.abc import Callable

import gast

from astgrad.analysis.builder import Builder
from astgrad.frontend.head import Again, Head
from astgrad.frontend.held import make_dynamic
from astgrad.frontend.lower import FLAGS, Lowering
from astgrad.frontend.names import Names
from astgrad.frontend.state import FALSE, is_leaf, is_none
from astgrad.frontend.values import Entries, Items, Obj, Ref
from astgrad.ir.core import Arg

LIMIT = 30


def fixpoint(lo: Lowering, node: gast.stmt, live: Names, body: Callable[[], Arg],
             seeds: list[Obj], names: Names) -> tuple[Head, Builder, Arg]:
    """Lower the body until the head holds; the head, the block and the stop flag."""
    frame, loops, around = lo.frame, lo.loops, lo.frame.head
    lo.loops, frame.head = (*loops, id(node)), around | live
    try:
        return settled(lo, node, live, body, seeds, names)
    finally:
        lo.loops, frame.head = loops, around


def settled(lo: Lowering, node: gast.stmt, live: Names, body: Callable[[], Arg],
             seeds: list[Obj], names: Names) -> tuple[Head, Builder, Arg]:
    start, outer = lo.state, lo.build
    head = Head(lo, node, start, live)
    for name in sorted(names):
        place = (lo.frame, name)
        value = start.names.get(place)
        bound = name in live and value is not None and not is_none(value)
        if bound and is_leaf(value, start) and not isinstance(value, Ref):
            head.places[place] = None
    for obj in seeds:
        if not isinstance(start.heap[obj], Items | Entries):
            head.objects[obj] = None
    for _ in range(LIMIT):
        for key in head.dynamic:
            lo.state = start
            found = head.start_object(key)
            if found is not None:
                make_dynamic(lo, found, node)
                head.objects.pop(found, None)  # carried if a trip changes it
        head.dynamic.clear()
        problems = list(lo.problems)
        lo.state = head.prepare()
        shared = head.relation()
        for name in names - live:
            lo.state.names.pop((lo.frame, name), None)
        for flag in FLAGS:
            lo.state.names[lo.frame, flag] = FALSE
        lo.build = Builder(outer)
        try:
            stop = body()
            end = lo.state
            head.results = head.close(end)
            if head.relation() == shared:
                return head, lo.build, stop
        except Again:
            pass
        finally:
            lo.build = outer
        lo.problems = problems
    raise lo.refuse(node, "what this loop carries changes from trip to trip without end",
                    "give every variable one kind and structure before the loop")
