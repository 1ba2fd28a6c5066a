import numpy as np


def vertical_advection_grad(field, wind, dt):
    # forward
    n = field.shape[2]
    upper = np.zeros_like(field)
    right = np.zeros_like(field)
    right_saved = []
    t_saved = []
    upper_saved = []
    t_saved1 = []
    right_saved1 = []
    t_saved2 = []
    t_saved3 = []
    upper_saved1 = []
    below_saved = []
    above_saved = []
    for k in range(n):
        if k > 0:
            below = 0.25 * dt * wind[..., k]
        else:
            below = np.zeros_like(wind[..., 0])
        below_saved.append(below)
        above = -0.25 * dt * wind[..., k + 1]
        if k == n - 1:
            above = np.zeros_like(above)
        above_saved.append(above)
        diagonal = 1.0 - below - above
        if k == 0:
            t = above / diagonal
            t_saved1.append(t)
            upper_saved.append(upper[..., k].copy())
            upper[..., k] = t
            t = field[..., k] / diagonal
            t_saved.append(t)
            right_saved.append(right[..., k].copy())
            right[..., k] = t
        else:
            t = k - 1
            t1 = diagonal - below * upper[..., t]
            t_saved2.append(t1)
            pivot = 1.0 / t1
            upper_saved1.append(upper[..., k].copy())
            upper[..., k] = above * pivot
            t = field[..., k] - below * right[..., t]
            t_saved3.append(t)
            right_saved1.append(right[..., k].copy())
            right[..., k] = t * pivot
    result = np.empty_like(field)
    result[..., -1] = right[..., -1]
    t = n - 2
    t_saved4 = []
    for k in range(t, -1, -1):
        t1 = result[..., k + 1]
        t_saved4.append(t1.copy())
        result[..., k] = right[..., k] - upper[..., k] * t1
    # reverse
    result_bar = 2.0 * result
    right_bar = np.zeros_like(right)
    upper_bar = np.zeros_like(upper)
    for k in reversed(range(t, -1, -1)):
        t_bar = result_bar[..., k].copy()
        # result[..., k] = right[..., k] - upper[..., k] * result[..., k + 1]
        result_bar[..., k] = 0.0
        t = t_saved4.pop()
        right_bar[..., k] += t_bar
        upper_bar[..., k] -= t_bar * t
        result_bar[..., k + 1] -= t_bar * upper[..., k]
    # result[..., -1] = right[..., -1]
    right_bar[..., -1] += result_bar[..., -1]
    wind_bar = np.zeros_like(wind)
    field_bar = np.zeros_like(field)
    dt_bar = 0.0
    for k in reversed(range(n)):
        below = below_saved.pop()
        above = above_saved.pop()
        diagonal = 1.0 - below - above
        if k == 0:
            # right[..., k] = field[..., k] / diagonal
            right[..., k] = right_saved.pop()
            t_bar = right_bar[..., k].copy()
            right_bar[..., k] = 0.0
            t = t_saved.pop()
            diagonal_bar = -(t_bar * (t / diagonal))
            field_bar[..., k] += t_bar / diagonal
            # upper[..., k] = above / diagonal
            upper[..., k] = upper_saved.pop()
            t_bar = upper_bar[..., k].copy()
            upper_bar[..., k] = 0.0
            t = t_saved1.pop()
            above_bar = t_bar / diagonal
            diagonal_bar -= t_bar * (t / diagonal)
            below_bar = np.zeros_like(below)
        else:
            # right[..., k] = (field[..., k] - below * right[..., k - 1]) * pivot
            right[..., k] = right_saved1.pop()
            t_bar = right_bar[..., k].copy()
            right_bar[..., k] = 0.0
            t = t_saved2.pop()
            pivot = 1.0 / t
            t1 = t_saved3.pop()
            t_bar1 = t_bar * pivot
            pivot_bar = t_bar * t1
            t1 = k - 1
            field_bar[..., k] += t_bar1
            right_bar[..., t1] -= t_bar1 * below
            # upper[..., k] = above * pivot
            upper[..., k] = upper_saved1.pop()
            t_bar = upper_bar[..., k].copy()
            upper_bar[..., k] = 0.0
            above_bar = t_bar * pivot
            pivot_bar += t_bar * above
            # pivot = 1.0 / (diagonal - below * upper[..., k - 1])
            t_bar = pivot_bar * (pivot / t)
            diagonal_bar = -t_bar
            below_bar = t_bar * upper[..., t1]
            below_bar -= t_bar1 * right[..., t1]
            upper_bar[..., t1] += t_bar * below
        # diagonal = 1.0 - below - above
        above_bar -= diagonal_bar
        below_bar -= diagonal_bar
        t = k + 1
        t1 = wind[..., t]
        if k == n - 1:
            above_bar = np.zeros_like(t1)
        # above = -0.25 * dt * wind[..., k + 1]
        dt_bar += np.sum(above_bar * t1) * -0.25
        wind_bar[..., t] += -0.25 * dt * above_bar
        if k > 0:
            # below = 0.25 * dt * wind[..., k] if k > 0 else np.zeros_like(wind[..., 0])
            dt_bar += np.sum(below_bar * wind[..., k]) * 0.25
            wind_bar[..., k] += 0.25 * dt * below_bar
    return field_bar, wind_bar, float(dt_bar)
