import numpy as np


def gru_sequence_grad(w, u, b, inputs):
    # forward
    n = u.shape[2]
    n1 = len(inputs)
    states = np.zeros((n1 + 1, n))
    candidate_saved = []
    t_saved = []
    t_saved1 = []
    t_saved2 = []
    for t in range(n1):
        t1 = inputs[t]
        t2 = states[t]
        t3 = np.exp(-(w[0] @ t1 + u[0] @ t2 + b[0]))
        t_saved2.append(t3)
        reset = 1.0 / (1.0 + t3)
        t3 = np.exp(-(w[1] @ t1 + u[1] @ t2 + b[1]))
        t_saved.append(t3)
        update = 1.0 / (1.0 + t3)
        t3 = reset * t2
        t_saved1.append(t3)
        candidate = np.tanh(w[2] @ t1 + u[2] @ t3 + b[2])
        candidate_saved.append(candidate)
        states[t + 1] = (1 - update) * t2 + update * candidate
    # reverse
    states_bar = np.zeros_like(states)
    states_bar[1:] = 2.0 * states[1:]
    w_bar = np.zeros_like(w)
    inputs_bar = np.zeros_like(inputs)
    u_bar = np.zeros_like(u)
    b_bar = np.zeros_like(b)
    for t in reversed(range(n1)):
        # states[t + 1] = (1 - update) * h + update * candidate
        t1 = t + 1
        t_bar = states_bar[t1]
        candidate = candidate_saved.pop()
        t2 = t_saved.pop()
        t3 = 1.0 + t2
        update = 1.0 / t3
        update_bar = t_bar * candidate
        candidate_bar = t_bar * update
        t4 = states[t]
        t_bar2 = t_bar * (1 - update)
        update_bar -= t_bar * t4
        states_bar[t1] = 0.0
        # candidate = np.tanh(w[2] @ x + u[2] @ (reset * h) + b[2])
        t_bar = candidate_bar * (1.0 - candidate**2)
        t7 = t_saved1.pop()
        t_bar1 = t_bar @ u[2]
        t1 = t_saved2.pop()
        t5 = 1.0 + t1
        reset = 1.0 / t5
        reset_bar = t_bar1 * t4
        t_bar2 += t_bar1 * reset
        t6 = inputs[t]
        t_bar1 = t_bar @ w[2]
        w_bar[2] += np.outer(t_bar, t6)
        u_bar[2] += np.outer(t_bar, t7)
        b_bar[2] += t_bar
        t_bar = update_bar * (update / t3) * t2
        # update = _sigmoid(w[1] @ x + u[1] @ h + b[1])
        t_bar2 += t_bar @ u[1]
        t_bar1 += t_bar @ w[1]
        w_bar[1] += np.outer(t_bar, t6)
        u_bar[1] += np.outer(t_bar, t4)
        b_bar[1] += t_bar
        t_bar = reset_bar * (reset / t5) * t1
        # reset = _sigmoid(w[0] @ x + u[0] @ h + b[0])
        t_bar2 += t_bar @ u[0]
        t_bar1 += t_bar @ w[0]
        w_bar[0] += np.outer(t_bar, t6)
        inputs_bar[t] += t_bar1
        u_bar[0] += np.outer(t_bar, t4)
        states_bar[t] += t_bar2
        b_bar[0] += t_bar
    return w_bar, u_bar, b_bar, inputs_bar
