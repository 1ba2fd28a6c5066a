import numpy as np


def momentum_descent_grad(params, data, rate, steps):
    w = params["w"]
    b = params["b"]
    inputs = data["inputs"]
    targets = data["targets"]
    # forward
    speed = 0.0 * w
    speed1 = 0.0 * b
    t_saved = []
    t_saved1 = []
    residual_saved = []
    w_saved = []
    b1 = speed1
    w1 = speed
    for _ in range(steps):
        w_saved.append(w)
        residual = inputs @ w + b - targets
        residual_saved.append(residual)
        n = len(targets)
        t = inputs.T @ residual / n
        t_saved1.append(t)
        t1 = np.mean(residual)
        t_saved.append(t1)
        w1 = 0.9 * w1 - rate * t
        b1 = 0.9 * b1 - rate * t1
        b = b + b1
        w = w + w1
    final = inputs @ w + b - targets
    # reverse
    final_bar = 2.0 * final / (final**2).size
    # final = inputs @ state["params"]["w"] + state["params"]["b"] - targets
    targets_bar = -final_bar
    b_bar = np.sum(final_bar)
    inputs_bar = np.outer(final_bar, w)
    w_bar = final_bar @ inputs
    w_bar1 = np.zeros_like(w1)
    b_bar1 = 0.0
    rate_bar = 0.0
    for _ in range(steps):
        # state["params"][key] = state["params"][key] + state["speed"][key]
        b_bar2 = b_bar1 + b_bar
        t = t_saved.pop()
        # state["speed"][key] = 0.9 * speed - rate * slope[key]
        rate_bar -= b_bar2 * t
        b_bar1 = b_bar2 * 0.9
        # state["params"][key] = state["params"][key] + state["speed"][key]
        w_bar1 += w_bar
        t = t_saved1.pop()
        # state["speed"][key] = 0.9 * speed - rate * slope[key]
        rate_bar -= w_bar1 @ t
        w_bar2 = 0.9 * w_bar1
        residual = residual_saved.pop()
        # slope = {"w": inputs.T @ residual / len(targets), "b": np.mean(residual)}
        residual_bar = np.full_like(residual, -(b_bar2 * rate / residual.size))
        n = len(targets)
        t_bar = -(rate * w_bar1 / n)
        residual_bar += t_bar @ inputs.T
        # residual = inputs @ state["params"]["w"] + state["params"]["b"] - targets
        targets_bar -= residual_bar
        b_bar += np.sum(residual_bar)
        w = w_saved.pop()
        inputs_bar += np.array((residual, residual_bar)).T @ np.array((t_bar, w))
        w_bar += residual_bar @ inputs
        w_bar1 = w_bar2
    # state = {"params": {**params}, "speed": {k: 0.0 * v for k, v in params.items()}}
    b_bar += b_bar1 * 0.0
    w_bar += 0.0 * w_bar1
    return (
        {"w": w_bar, "b": float(b_bar)},
        {"inputs": inputs_bar, "targets": targets_bar},
        float(rate_bar),
    )
