"""Containers: dicts, lists, tuples and named tuples as arguments, state and results."""

from collections import namedtuple
from typing import NamedTuple

import numpy as np

from .program import Program

Layer = namedtuple("Layer", "weight bias")


class Lens(NamedTuple):
    """A thin lens: focal length and the gap behind it."""

    focal: float
    gap: float


def same_key_twice(d):
    """An entry of a dict is read twice, under a name and directly."""
    b = d["cat"]
    c = d["dog"] * b
    return np.sum(c + d["cat"] ** 2) + d["bird"] * np.sum(d["dog"])


def dict_network(params, x):
    """A two-layer network whose parameters are a flat dict of arrays."""
    hidden = np.tanh(x @ params["w1"] + params["b1"])
    output = hidden @ params["w2"] + params["b2"]
    return np.mean(output**2)


def weight_decay(params, rates):
    """A penalty over all entries of a nested dict, each group with its own rate."""
    penalty = 0.0
    for group, entries in params.items():
        rate = rates[group]
        for name in entries:
            if name == "bias":
                continue
            penalty += rate * np.sum(entries[name] ** 2)
        penalty += 1e-2 * np.sum(np.cos(entries["bias"]))
    return penalty


def layer_stack(layers, x):
    """A list of named tuples applied in order, with a skip connection."""
    for k, (weight, bias) in enumerate(layers):
        z = x @ weight + bias
        x = x + np.tanh(z) if k > 0 else np.sin(z)
    last = layers[-1]
    return np.sum(x**2) + 0.1 * np.sum(last.bias * last.weight[0])


def optical_bench(lenses, ray):
    """Paraxial ray tracing through a list of lenses given as typed named tuples."""
    height, angle = ray
    path = []
    for lens in lenses:
        angle = angle - height / lens.focal
        height = height + lens.gap * angle
        path.append((height, angle))
    (first, _), *_, (last, tilt) = path
    return last**2 + tilt * first


def collected_states(x, w, n):
    """States are appended in one loop and read, both ways, in another."""
    states = [x]
    for _ in range(n):
        states.append(np.tanh(w @ states[-1]))
    loss = 0.0
    for early, late in zip(states, reversed(states)):
        loss += np.dot(early, late)
    return loss + np.sum(np.stack(states)[1:, 0] ** 2)


def compartment_model(amounts, rates, dt, steps):
    """Drug amounts in a dict of compartments, updated along a list of flows."""
    flows = [("gut", "blood", "absorb"), ("blood", "tissue", "in")]
    flows += [("tissue", "blood", "out"), ("blood", "urine", "clear")]
    state = dict(amounts)
    for _ in range(steps):
        change = {name: 0.0 * amount for name, amount in state.items()}
        for source, target, rate in flows:
            moved = dt * rates[rate] * state[source]
            change[source] -= moved
            change[target] += moved
        state.update({name: state[name] + change[name] for name in state})
    return state["urine"] + state["tissue"] ** 2


def memoised_binomials(p, n):
    """Chance of an even count of successes from a dict used as a table."""
    table = {(0, 0): 1.0}
    for i in range(1, n + 1):
        for k in range(i + 1):
            stay = table.get((i - 1, k), 0.0) * (1 - p)
            table[i, k] = stay + (table[i - 1, k - 1] * p if k > 0 else 0.0)
        for k in range(i):
            del table[i - 1, k]
    return sum([chance * (1 + k) for (_, k), chance in table.items() if k % 2 == 0])


def worklist(values, ratio):
    """A stack that is popped, split and pushed until its pieces are small."""
    stack = [(v, 0) for v in values]
    total = 0.0
    while stack:
        value, depth = stack.pop()
        if depth == 3:
            total += np.sqrt(value) * value
            continue
        if depth == 1:
            stack.insert(0, (value * 0.5, 3))
        stack.extend([(value * ratio, depth + 1), (value * (1 - ratio), depth + 2)])
        stack = [(v, min(d, 3)) for v, d in stack]
    return total


def polygon_area(corners):
    """Area and perimeter of a polygon from a list of pairs (the shoelace formula)."""
    area = 0.0
    perimeter = 0.0
    shifted = corners[1:] + corners[:1]
    for (x1, y1), (x2, y2) in zip(corners, shifted):
        area += x1 * y2 - x2 * y1
        perimeter += np.hypot(x2 - x1, y2 - y1)
    return 0.5 * area / perimeter


def momentum_descent(params, data, rate, steps):
    """Gradient descent by a hand-written gradient, the state in nested dicts."""
    state = {"params": {**params}, "speed": {k: 0.0 * v for k, v in params.items()}}
    inputs, targets = data["inputs"], data["targets"]
    for _ in range(steps):
        residual = inputs @ state["params"]["w"] + state["params"]["b"] - targets
        slope = {"w": inputs.T @ residual / len(targets), "b": np.mean(residual)}
        for key, speed in state["speed"].items():
            state["speed"][key] = 0.9 * speed - rate * slope[key]
            state["params"][key] = state["params"][key] + state["speed"][key]
    final = inputs @ state["params"]["w"] + state["params"]["b"] - targets
    return np.mean(final**2)


def grid_of_lists(weights, size):
    """Cheapest-path smoothing on a grid kept as a list of lists of numbers."""
    cost = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(size):
            cost[i][j] = weights[i, j] ** 2
            if i > 0 and j > 0:
                cost[i][j] += np.log(np.exp(cost[i - 1][j]) + np.exp(cost[i][j - 1]))
            elif i > 0:
                cost[i][j] += cost[i - 1][j]
            elif j > 0:
                cost[i][j] += cost[i][j - 1]
    return cost[-1][-1]


def moments(samples):
    """Location, spread and shape of each column, returned as a dict of arrays."""
    mean = samples.mean(axis=0)
    centred = samples - mean
    spread = np.sqrt((centred**2).mean(axis=0))
    shape = {"skew": (centred**3).mean(axis=0) / spread**3, "count": len(samples)}
    return {"mean": mean, "spread": spread, "shape": shape}


def split_step(layer, x):
    """A new layer and the list of its activations: named tuple and list out."""
    z = x @ layer.weight + layer.bias
    moved = layer._replace(bias=layer.bias - 0.1 * z.sum(axis=0))
    return moved, [z, np.maximum(z, 0.1 * z)], x.size


def _pets(rng, size):
    cat, dog = rng.normal(size=(2, 3 * size))
    return ({"cat": cat, "dog": dog, "bird": float(rng.normal())},)


def _network(rng, size):
    d, h = 2 + size, 3 * size
    params = {
        "w1": rng.normal(size=(d, h)),
        "b1": rng.normal(size=h),
        "w2": rng.normal(size=(h, 2)),
        "b2": rng.normal(size=2),
    }
    return params, rng.normal(size=(4 * size, d))


def _groups(rng, size):
    params = {
        group: {"weight": rng.normal(size=(size, 3)), "bias": rng.normal(size=3)}
        for group in ("encoder", "decoder")
    }
    return params, {"encoder": 0.1, "decoder": 0.3}


def _layers(rng, size):
    n = 3 * size
    layers = [
        Layer(rng.normal(size=(n, n)) / np.sqrt(n), rng.normal(size=n))
        for _ in range(1 + 2 * size)
    ]
    return layers, rng.normal(size=(2, n))


def _bench(rng, size):
    lenses = [Lens(*rng.uniform(0.5, 1.5, size=2).tolist()) for _ in range(2 + size)]
    return lenses, (float(rng.uniform(0.5, 1)), float(rng.uniform(-0.2, 0.2)))


def _states(rng, size):
    n = 2 + size
    return rng.normal(size=n), rng.normal(size=(n, n)) / np.sqrt(n), 3 * size


def _compartments(rng, size):
    amounts = {"gut": 2.0 + float(rng.uniform()), "blood": 1.0, "tissue": 0.5}
    amounts["urine"] = 0.1
    names = ("absorb", "in", "out", "clear")
    rates = {name: float(rng.uniform(0.5, 1.5)) for name in names}
    return amounts, rates, 0.1, 4 * size


def _polygon(rng, size):
    angles = np.linspace(0, 2 * np.pi, 3 + 2 * size, endpoint=False)
    radius = rng.uniform(0.7, 1.3, size=len(angles))
    x, y = radius * np.cos(angles), radius * np.sin(angles)
    return (list(zip(x.tolist(), y.tolist())),)


def _descent(rng, size):
    inputs = rng.normal(size=(6 * size, 2 + size))
    data = {"inputs": inputs, "targets": inputs[:, 0] + rng.normal(size=6 * size)}
    params = {"w": rng.normal(size=2 + size), "b": float(rng.normal())}
    return params, data, 0.05, 3 * size


PROGRAMS = (
    Program(same_key_twice, _pets),
    Program(dict_network, _network, (0, 1)),
    Program(weight_decay, _groups, (0, 1)),
    Program(layer_stack, _layers, (0, 1)),
    Program(optical_bench, _bench, (0, 1)),
    Program(collected_states, _states, (0, 1)),
    Program(compartment_model, _compartments, (0, 1, 2)),
    Program(
        memoised_binomials,
        lambda rng, size: (float(rng.uniform(0.2, 0.7)), 4 * size),
    ),
    Program(
        worklist,
        lambda rng, size: (
            rng.uniform(1, 2, size=2 * size).tolist(),
            float(rng.uniform(0.3, 0.6)),
        ),
        (0, 1),
    ),
    Program(polygon_area, _polygon),
    Program(momentum_descent, _descent, (0, 1, 2)),
    Program(
        grid_of_lists,
        lambda rng, size: (rng.normal(size=(2 + size, 2 + size)) / size, 2 + size),
    ),
    Program(
        moments,
        lambda rng, size: (rng.normal(size=(6 * size, 2)),),
        result="tree",
    ),
    Program(
        split_step,
        lambda rng, size: (
            Layer(rng.normal(size=(3, 2)), rng.normal(size=2)),
            rng.normal(size=(4 * size, 3)),
        ),
        (0, 1),
        result="tree",
    ),
)
