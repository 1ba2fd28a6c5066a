import numpy as np


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
    t_saved4 = []
    c_saved = []
    t_saved5 = []
    gates_saved = []
    h_saved = []
    for i in range(n):
        c_saved.append(c)
        h_saved.append(h)
        gates = input @ inputs[i] + state @ h + bias
        gates_saved.append(gates)
        t = np.exp(-gates[:size])
        t_saved5.append(t)
        forget = 1.0 / (1.0 + t)
        t = 2 * size
        t1 = np.exp(-gates[size:t])
        t_saved4.append(t1)
        enter = 1.0 / (1.0 + t1)
        t1 = 3 * size
        t = np.exp(-gates[t:t1])
        t_saved2.append(t)
        leave = 1.0 / (1.0 + t)
        t = np.tanh(gates[t1:])
        t_saved3.append(t)
        c = forget * c + enter * t
        t = np.tanh(c)
        t_saved1.append(t)
        h = leave * t
        t_saved.append(output @ h - targets[i])
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
        # loss += np.sum((params["output"] @ h - target) ** 2)
        t_bar = loss_bar * (2.0 * t)
        output_bar += np.outer(t_bar, h)
        h_bar += t_bar @ output
        t2 = t_saved1.pop()
        t = t_saved2.pop()
        # h = leave * np.tanh(c)
        t1 = 1.0 + t
        leave = 1.0 / t1
        leave_bar = h_bar * t2
        c_bar += h_bar * leave * (1.0 - t2**2)
        t4 = t_saved3.pop()
        t2 = t_saved4.pop()
        # c = forget * c + enter * np.tanh(gates[3 * size :])
        t3 = 1.0 + t2
        enter = 1.0 / t3
        enter_bar = c_bar * t4
        c = c_saved.pop()
        t5 = t_saved5.pop()
        t6 = 1.0 + t5
        forget = 1.0 / t6
        gates = gates_saved.pop()
        t7 = 3 * size
        forget_bar = c_bar * c
        c_bar1 = c_bar * forget
        gates_bar = np.zeros_like(gates)
        gates_bar[t7:] = c_bar * enter * (1.0 - t4**2)
        t4 = 2 * size
        gates_bar[t4:t7] += leave_bar * (leave / t1) * t
        gates_bar[size:t4] += enter_bar * (enter / t3) * t2
        gates_bar[:size] += forget_bar * (forget / t6) * t5
        # gates = params["input"] @ x + params["state"] @ h + params["bias"]
        bias_bar += gates_bar
        h = h_saved.pop()
        state_bar += np.outer(gates_bar, h)
        h_bar = gates_bar @ state
        input_bar += np.outer(gates_bar, inputs[i])
        inputs_bar[i] += gates_bar @ input
        c_bar = c_bar1
    return (
        {
            "input": input_bar,
            "state": state_bar,
            "bias": bias_bar,
            "output": output_bar,
        },
        inputs_bar,
    )
