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
    t = -0.25 * dt
    for k in range(n):
        if k > 0:
            below = 0.25 * dt * wind[..., k]
        else:
            below = np.zeros_like(wind[..., 0])
        below_saved.append(below)
        above = t * wind[..., k + 1]
        if k == n - 1:
            above = np.zeros_like(above)
        above_saved.append(above)
        diagonal = 1.0 - below - above
        if k == 0:
            t1 = above / diagonal
            t_saved1.append(t1)
            upper_saved.append(upper[..., k].copy())
            upper[..., k] = t1
            t1 = field[..., k] / diagonal
            t_saved.append(t1)
            right_saved.append(right[..., k].copy())
            right[..., k] = t1
        else:
            t1 = k - 1
            t2 = diagonal - below * upper[..., t1]
            t_saved2.append(t2)
            pivot = 1.0 / t2
            upper_saved1.append(upper[..., k].copy())
            upper[..., k] = above * pivot
            t1 = field[..., k] - below * right[..., t1]
            t_saved3.append(t1)
            right_saved1.append(right[..., k].copy())
            right[..., k] = t1 * pivot
    result = np.empty_like(field)
    result[..., -1] = right[..., -1]
    t1 = n - 2
    for k in range(t1, -1, -1):
        result[..., k] = right[..., k] - upper[..., k] * result[..., k + 1]
    # reverse
    result_bar = 2.0 * result
    right_bar = np.zeros_like(right)
    upper_bar = np.zeros_like(upper)
    for k in reversed(range(t1, -1, -1)):
        # result[..., k] = right[..., k] - upper[..., k] * result[..., k + 1]
        t_bar = result_bar[..., k]
        t1 = k + 1
        t_bar1 = -(t_bar * upper[..., k])
        right_bar[..., k] += t_bar
        upper_bar[..., k] -= t_bar * result[..., t1]
        result_bar[..., k] = 0.0
        result_bar[..., t1] += t_bar1
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
            t_bar = right_bar[..., k]
            t1 = t_saved.pop()
            diagonal_bar = -(t_bar * (t1 / diagonal))
            field_bar[..., k] += t_bar / diagonal
            right_bar[..., k] = 0.0
            # upper[..., k] = above / diagonal
            upper[..., k] = upper_saved.pop()
            t_bar = upper_bar[..., k]
            t1 = t_saved1.pop()
            above_bar = t_bar / diagonal
            diagonal_bar -= t_bar * (t1 / diagonal)
            upper_bar[..., k] = 0.0
            below_bar = np.zeros_like(below)
        else:
            # right[..., k] = (field[..., k] - below * right[..., k - 1]) * pivot
            right[..., k] = right_saved1.pop()
            t_bar = right_bar[..., k]
            t1 = t_saved2.pop()
            pivot = 1.0 / t1
            t2 = t_saved3.pop()
            t_bar1 = t_bar * pivot
            pivot_bar = t_bar * t2
            right_bar[..., k] = 0.0
            t2 = k - 1
            field_bar[..., k] += t_bar1
            right_bar[..., t2] -= t_bar1 * below
            # upper[..., k] = above * pivot
            upper[..., k] = upper_saved1.pop()
            t_bar = upper_bar[..., k]
            above_bar = t_bar * pivot
            pivot_bar += t_bar * above
            upper_bar[..., k] = 0.0
            # pivot = 1.0 / (diagonal - below * upper[..., k - 1])
            t_bar = pivot_bar * (pivot / t1)
            diagonal_bar = -t_bar
            below_bar = t_bar * upper[..., t2]
            below_bar -= t_bar1 * right[..., t2]
            upper_bar[..., t2] += t_bar * below
        # diagonal = 1.0 - below - above
        above_bar -= diagonal_bar
        below_bar -= diagonal_bar
        t1 = k + 1
        t2 = wind[..., t1]
        if k == n - 1:
            above_bar = np.zeros_like(t2)
        # above = -0.25 * dt * wind[..., k + 1]
        dt_bar += np.sum(above_bar * t2) * -0.25
        wind_bar[..., t1] += t * above_bar
        if k > 0:
            # below = 0.25 * dt * wind[..., k] if k > 0 else np.zeros_like(wind[..., 0])
            dt_bar += np.sum(below_bar * wind[..., k]) * 0.25
            wind_bar[..., k] += 0.25 * dt * below_bar
    return field_bar, wind_bar, float(dt_bar)
