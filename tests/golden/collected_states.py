import numpy as np


def unstack(g, arrays, axis):
    return list(np.moveaxis(g, axis, 0))


def collected_states_grad(x, w, n):
    # forward
    states = [x]
    t_saved = []
    t_saved1 = []
    for _ in range(n):
        t = states[-1]
        t_saved1.append(t)
        t = np.tanh(w @ t)
        t_saved.append(t)
        states.append(t)
    t = len(states)
    t1 = t - 1
    t2 = np.stack(states)
    # reverse
    t_bar = np.zeros_like(t2)
    t_bar[1:, 0] = 2.0 * t2[1:, 0]
    states_bar = unstack(t_bar, states, 0)
    for i in reversed(range(min(t, len(range(t1, -1, -1))))):
        # loss += np.dot(early, late)
        t = t1 + i * -1
        late = states[t]
        early = states[i]
        states_bar[i] = states_bar[i] + late
        states_bar[t] = states_bar[t] + early
    w_bar = np.zeros_like(w)
    for _ in range(n):
        # states.append(np.tanh(w @ states[-1]))
        t_bar = states_bar.pop()
        t = t_saved.pop()
        t_bar = t_bar * (1.0 - t**2)
        t = t_saved1.pop()
        w_bar += np.outer(t_bar, t)
        states_bar[-1] += t_bar @ w
    x_bar = states_bar[0]
    return x_bar, w_bar
