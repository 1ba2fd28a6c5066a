"""ASTGRAD_CHECK=1: the printed code asserts that every tape ends empty, and changes nothing else."""

import re

import numpy as np
import pytest
from trees import check_near, leaves

import astgrad

from .derived import argnums_of, example, gradient_of
from .test_corpus import NOT_YET, SCALAR

ASSERTION = re.compile(r" *assert not \w+\n")
TAPED = [p for p in SCALAR if p.name not in NOT_YET]


def rollout(x, w, n):
    h = x
    for _ in range(n):
        h = np.tanh(h * w)
    return np.sum(h)


X = np.linspace(0.1, 0.9, 4)


@pytest.fixture
def checked(monkeypatch):
    monkeypatch.setenv("ASTGRAD_CHECK", "1")


@pytest.mark.sample(40)
@pytest.mark.parametrize("program", TAPED, ids=lambda p: p.name)
def test_tapes_end_empty(program, monkeypatch):
    args = example(program)
    usual = gradient_of(program)  # made without the variable
    monkeypatch.setenv("ASTGRAD_CHECK", "1")
    gradient = astgrad.grad(program.function, argnums=argnums_of(program))
    text, plain = gradient.source(*args), usual.source(*args)
    assert ASSERTION.sub("", text) == plain
    made = re.findall(r"^ *(\w+_saved\d*) = \[\]$", plain, re.MULTILINE)
    assert len(ASSERTION.findall(text)) == len(made)
    for ours, theirs in zip(leaves(gradient(*args)), leaves(usual(*args)), strict=True):
        check_near(ours, theirs, 0.0)


def test_a_line_a_tape(checked):
    text = astgrad.grad(rollout, (0, 1)).source(X, X, 3)
    assert text.splitlines()[-2:] == ["    assert not h_saved", "    return h_bar, w_bar"]


def test_a_tape_that_is_left_is_found(checked):
    text = astgrad.grad(rollout).source(X, X, 3)
    forward, _, reverse = text.rpartition("range(n)")
    space = {}
    exec(f"{forward}range(n - 1){reverse}", space)
    with pytest.raises(AssertionError):
        space["rollout_grad"](X, X, 3)


def test_pullbacks_are_checked_too(checked):
    _, pullback = astgrad.vjp(rollout, X, X, 3)
    assert "    assert not h_saved\n" in pullback.text
    for ours, again in zip(pullback(1.0)[:2], pullback(1.0)[:2], strict=True):
        assert np.array_equal(ours, again)


def test_the_variable_is_part_of_the_key(monkeypatch):
    texts = []
    for value in ("0", "1", ""):
        monkeypatch.setenv("ASTGRAD_CHECK", value)
        texts.append((astgrad.grad(rollout).source(X, X, 3), astgrad.vjp(rollout, X, X, 3)[1].text))
    assert texts[0] == texts[2] != texts[1]
    assert all("assert" in text for text in texts[1])


def test_second_derivatives_are_checked(checked):
    inner = astgrad.grad(rollout)
    made = astgrad.grad(lambda x, w, n: np.sum(inner(x, w, n)))
    assert made.source(X, X, 3).count("assert not") >= 2
    made(X, X, 3)
