"""Every way to differentiate, on the corpus: against differences and each other."""

import copy

import numpy as np
import pytest
from programs import PROGRAMS

import astgrad
from api.directions import direction, dot, leaves, moved, slope, zeros

SCALAR = [p for p in PROGRAMS if p.result == "scalar"]


class Case:
    """A program at its arguments, with a direction in those that are differentiated."""

    def __init__(self, program):
        rng = np.random.default_rng(0)
        self.function = program.function
        self.args = program.make(rng, 1)
        wanted = program.argnums if isinstance(program.argnums, tuple) else (program.argnums,)
        self.argnums = tuple(wanted)
        self.along = tuple(direction(a, rng) if i in self.argnums else zeros(a)
                           for i, a in enumerate(self.args))
        self.chosen = tuple(self.along[i] for i in self.argnums)
        self.other = tuple(direction(self.args[i], rng) for i in self.argnums)

    def at(self, step):
        """The arguments, moved along the direction."""
        args = list(copy.deepcopy(self.args))
        for i in self.argnums:
            args[i] = moved(args[i], self.along[i], step)
        return args

    def gradient(self):
        return astgrad.grad(self.function, self.argnums)(*self.args)


@pytest.fixture
def case(request):
    made = Case(request.param)
    before = copy.deepcopy(made.args)
    yield made
    for a, b in zip(leaves(made.args), leaves(before), strict=True):
        if isinstance(a, np.ndarray):
            assert a.tobytes() == b.tobytes(), "an argument was changed"


def corpus(count):
    def decorate(test):
        cases = [pytest.param(p, id=p.name) for p in SCALAR]
        marked = pytest.mark.parametrize("case", cases, indirect=True)(test)
        return pytest.mark.sample(count)(marked)

    return decorate


def close(a, b, rtol=1e-9):
    assert abs(a - b) <= rtol * (abs(a) + abs(b)) + 1e-10, (a, b)


@corpus(20)
def test_gradient_is_the_slope(case):
    difference = slope(lambda e: float(case.function(*case.at(e))))
    close(dot(case.gradient(), case.chosen), difference, 1e-6)


@corpus(20)
def test_jvp_is_the_slope(case):
    _, tangent = astgrad.jvp(case.function, case.args, case.along)
    close(float(tangent), dot(case.gradient(), case.chosen))


@corpus(20)
def test_pullback_is_the_gradient_each_time(case):
    _, pullback = astgrad.vjp(case.function, *case.args)
    expected = dot(case.gradient(), case.chosen)
    for scale in (1.0, -2.0, 1.0):
        close(dot(pullback(scale), case.along), scale * expected)


@corpus(10)
def test_linearize_is_the_jvp_each_time(case):
    _, tangent = astgrad.linearize(case.function, *case.args)
    expected = dot(case.gradient(), case.chosen)
    close(float(tangent(*case.along)), expected)
    close(float(tangent(*case.along)), expected)


@corpus(10)
def test_forward_gradient_is_the_reverse_one(case):
    forward = astgrad.grad(case.function, case.argnums, mode="forward")(*case.args)
    close(dot(forward, case.chosen), dot(case.gradient(), case.chosen))


@corpus(10)
def test_forward_over_reverse_is_the_slope_of_the_gradient(case):
    gradient = astgrad.grad(case.function, case.argnums)
    _, along = astgrad.jvp(gradient, case.args, case.along)
    difference = slope(lambda e: dot(gradient(*case.at(e)), case.other))
    close(dot(along, case.other), difference, 1e-5)


@corpus(10)
def test_the_hessian_is_symmetric(case):
    """Reverse over reverse and forward over reverse."""
    gradient = astgrad.grad(case.function, case.argnums)
    _, along = astgrad.jvp(gradient, case.args, case.along)
    _, pullback = astgrad.vjp(gradient, *case.args)
    back = pullback(case.other)
    close(dot(along, case.other), dot(back, case.along), 1e-7)


@corpus(10)
def test_reverse_over_forward_is_reverse_over_reverse(case):
    def slope_at(*args):
        return astgrad.jvp(case.function, args, case.along)[1]

    wanted = astgrad.grad(case.function, case.argnums)
    _, along = astgrad.jvp(wanted, case.args, case.along)
    mixed = astgrad.grad(slope_at, case.argnums)(*case.args)
    close(dot(mixed, case.other), dot(along, case.other), 1e-7)


@corpus(10)
def test_forward_over_forward_is_forward_over_reverse(case):
    def slope_at(*args):
        return astgrad.jvp(case.function, args, case.along)[1]

    chosen = dict(zip(case.argnums, case.other, strict=True))
    other = tuple(chosen.get(i, zeros(arg)) for i, arg in enumerate(case.args))
    _, mixed = astgrad.jvp(slope_at, case.args, other)
    _, along = astgrad.jvp(astgrad.grad(case.function, case.argnums), case.args, case.along)
    close(float(mixed), dot(along, case.other), 1e-7)


@corpus(5)
def test_third_order_is_the_slope_of_the_second(case):
    """Along one direction, forward over forward over reverse."""
    gradient = astgrad.grad(case.function, case.argnums)

    def second(*args):
        return astgrad.jvp(gradient, args, case.along)[1]

    _, third = astgrad.jvp(second, case.args, case.along)
    difference = slope(lambda e: dot(second(*case.at(e)), case.other))
    close(dot(third, case.other), difference, 1e-4)
