import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra < 0:
        g = np.reshape(g, (1,) * -extra + np.shape(g))
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def matmul_left_any(g, a, b):
    """The adjoint of a in a @ b."""
    if np.ndim(b) == 1:
        return unbroadcast(np.multiply.outer(g, b), a)
    if np.ndim(a) == 1:
        return unbroadcast((b @ g[..., None])[..., 0], a)
    return unbroadcast(g @ np.swapaxes(b, -1, -2), a)


def matmul_right_any(g, a, b):
    """The adjoint of b in a @ b."""
    if np.ndim(a) == 1:
        return a * g if np.ndim(b) == 1 else a[:, None] * g[..., None, :]
    if np.ndim(b) == 1:
        return unbroadcast((np.swapaxes(a, -1, -2) @ g[..., None])[..., 0], b)
    return unbroadcast(np.swapaxes(a, -1, -2) @ g, b)


def lstm_sequence_grad(params, inputs, targets):
    input = params["input"]
    state = params["state"]
    bias = params["bias"]
    output = params["output"]
    # forward
    n = bias.shape[0]
    size = n // 4
    h = np.zeros(size)
    c = np.zeros(size)
    n = len(inputs)
    n1 = len(targets)
    t_saved = []
    t_saved1 = []
    t_saved2 = []
    t_saved3 = []
    result_saved = []
    t_saved4 = []
    t_saved5 = []
    t_saved6 = []
    result_saved1 = []
    t_saved7 = []
    c_saved = []
    result_saved2 = []
    gates_saved = []
    t_saved8 = []
    t_saved9 = []
    t_saved10 = []
    t_saved11 = []
    t_saved12 = []
    t_saved13 = []
    t_saved14 = []
    t_saved15 = []
    t_saved16 = []
    t_saved17 = []
    t_saved18 = []
    t_saved19 = []
    h_saved = []
    for i in range(n):
        c_saved.append(c)
        h_saved.append(h)
        t = input @ inputs[i]
        t_saved18.append(t)
        t1 = state @ h
        t_saved19.append(t1)
        t = t + t1
        t_saved17.append(t)
        gates = t + bias
        gates_saved.append(gates)
        t = -gates[:size]
        t_saved16.append(t)
        t = np.exp(t)
        t_saved15.append(t)
        t = 1.0 + t
        t_saved14.append(t)
        result = 1.0 / t
        result_saved2.append(result)
        t = 2 * size
        t1 = -gates[size:t]
        t_saved13.append(t1)
        t1 = np.exp(t1)
        t_saved12.append(t1)
        t1 = 1.0 + t1
        t_saved11.append(t1)
        result1 = 1.0 / t1
        result_saved1.append(result1)
        t1 = 3 * size
        t = -gates[t:t1]
        t_saved10.append(t)
        t = np.exp(t)
        t_saved9.append(t)
        t = 1.0 + t
        t_saved8.append(t)
        result2 = 1.0 / t
        result_saved.append(result2)
        t = result * c
        t_saved4.append(t)
        t1 = gates[t1:]
        t_saved7.append(t1)
        t1 = np.tanh(t1)
        t_saved6.append(t1)
        t1 = result1 * t1
        t_saved5.append(t1)
        c = t + t1
        t = np.tanh(c)
        t_saved3.append(t)
        h = result2 * t
        t = output @ h
        t_saved2.append(t)
        t = t - targets[i]
        t_saved1.append(t)
        t_saved.append(t**2)
    # reverse
    loss_bar = 1.0 / n1
    h_bar = np.zeros_like(h)
    c_bar = np.zeros_like(c)
    inputs_bar = np.zeros_like(inputs)
    input_bar = np.zeros_like(input)
    state_bar = np.zeros_like(state)
    bias_bar = np.zeros_like(bias)
    output_bar = np.zeros_like(output)
    for i in reversed(range(n)):
        t = t_saved.pop()
        t1 = t_saved1.pop()
        t2 = t_saved2.pop()
        # loss += np.sum((params["output"] @ h - target) ** 2)
        t_bar = unbroadcast(unbroadcast(np.full_like(t, loss_bar) * (2.0 * t1), t1), t2)
        output_bar += matmul_left_any(t_bar, output, h)
        h_bar = h_bar + matmul_right_any(t_bar, output, h)
        t = t_saved3.pop()
        result = result_saved.pop()
        # h = leave * np.tanh(c)
        result_bar = unbroadcast(h_bar * t, result)
        c_bar = c_bar + unbroadcast(unbroadcast(h_bar * result, t) * (1.0 - t**2), c)
        t = t_saved4.pop()
        t1 = t_saved5.pop()
        # c = forget * c + enter * np.tanh(gates[3 * size :])
        t_bar1 = unbroadcast(c_bar, t)
        t_bar = unbroadcast(c_bar, t1)
        t = t_saved6.pop()
        result1 = result_saved1.pop()
        result_bar1 = unbroadcast(t_bar * t, result1)
        t2 = t_saved7.pop()
        c = c_saved.pop()
        result2 = result_saved2.pop()
        gates = gates_saved.pop()
        t1 = 3 * size
        result_bar2 = unbroadcast(t_bar1 * c, result2)
        c_bar = unbroadcast(t_bar1 * result2, c)
        gates_bar = np.zeros_like(gates)
        gates_bar[t1:] = unbroadcast(unbroadcast(t_bar * result1, t) * (1.0 - t**2), t2)
        t2 = t_saved8.pop()
        t3 = t_saved9.pop()
        t4 = t_saved10.pop()
        # leave = _sigmoid(gates[2 * size : 3 * size])
        t = 2 * size
        gates_bar1 = np.zeros_like(gates)
        gates_bar1[t:t1] = unbroadcast(
            -unbroadcast(
                unbroadcast(unbroadcast(-(result_bar * (result / t2)), t2), t3) * t3, t4
            ),
            gates[t:t1],
        )
        gates_bar1 = gates_bar + gates_bar1
        t1 = t_saved11.pop()
        t2 = t_saved12.pop()
        t3 = t_saved13.pop()
        gates_bar = np.zeros_like(gates)
        gates_bar[size:t] = unbroadcast(
            -unbroadcast(
                unbroadcast(unbroadcast(-(result_bar1 * (result1 / t1)), t1), t2) * t2,
                t3,
            ),
            gates[size:t],
        )
        gates_bar1 = gates_bar1 + gates_bar
        t = t_saved14.pop()
        t1 = t_saved15.pop()
        t2 = t_saved16.pop()
        gates_bar = np.zeros_like(gates)
        gates_bar[:size] = unbroadcast(
            -unbroadcast(
                unbroadcast(unbroadcast(-(result_bar2 * (result2 / t)), t), t1) * t1, t2
            ),
            gates[:size],
        )
        gates_bar = gates_bar1 + gates_bar
        t = t_saved17.pop()
        # gates = params["input"] @ x + params["state"] @ h + params["bias"]
        t_bar = unbroadcast(gates_bar, t)
        bias_bar += unbroadcast(gates_bar, bias)
        t = t_saved18.pop()
        t1 = t_saved19.pop()
        t_bar1 = unbroadcast(t_bar, t)
        t_bar = unbroadcast(t_bar, t1)
        h = h_saved.pop()
        state_bar += matmul_left_any(t_bar, state, h)
        h_bar = matmul_right_any(t_bar, state, h)
        input_bar += np.outer(t_bar1, inputs[i])
        inputs_bar[i] += t_bar1 @ input
    return (
        {
            "input": input_bar,
            "state": state_bar,
            "bias": bias_bar,
            "output": output_bar,
        },
        inputs_bar,
    )
