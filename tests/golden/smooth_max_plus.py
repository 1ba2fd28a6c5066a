import math
import numpy as np


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def smooth_max_plus_grad(weights, start, rounds, sharpness):
    # forward
    best = start.copy()
    t_saved = []
    spread_saved = []
    t_saved1 = []
    t_saved2 = []
    top_saved = []
    reach_saved = []
    best_saved = []
    for _ in range(rounds):
        update = np.empty_like(best)
        n = len(best)
        for j in range(n):
            reach = best + weights[:, j]
            reach_saved.append(reach)
            top = np.max(reach)
            top_saved.append(top)
            t = reach - top
            t_saved2.append(t)
            t = np.exp(sharpness * t)
            t_saved1.append(t)
            spread = np.sum(t)
            spread_saved.append(spread)
            t = math.log(spread) / sharpness
            t_saved.append(t)
            update[j] = top + t
        best_saved.append(best[:].copy())
        best[:] = update - 0.1 * np.mean(update)
    # reverse
    best_bar = np.ones_like(best)
    weights_bar = np.zeros_like(weights)
    sharpness_bar = 0.0
    for _ in range(rounds):
        # best[:] = update - 0.1 * update.mean()
        t = best_saved.pop()
        best1 = best.copy()
        best1[:] = t
        update_bar = best_bar[:]
        update_bar = update_bar.copy()
        best_bar[:] = 0.0
        update_bar = update_bar + np.sum(-update_bar) * 0.1 / best.size
        n = len(best1)
        for j in reversed(range(n)):
            # update[j] = top + np.log(spread) / sharpness
            top_bar = update_bar[j]
            update_bar[j] = 0.0
            t = t_saved.pop()
            spread = spread_saved.pop()
            spread_bar = top_bar / sharpness / spread
            t1 = t_saved1.pop()
            # spread = np.sum(np.exp(sharpness * (reach - top)))
            t_bar = spread_bar * t1
            t1 = t_saved2.pop()
            reach_bar = sharpness * t_bar
            top_bar1 = top_bar + np.sum(-reach_bar)
            top = top_saved.pop()
            reach = reach_saved.pop()
            # top = reach.max()
            reach_bar += top_bar1 * ties(reach, np.full_like(best1, top), None)
            # reach = best + weights[:, j]
            best_bar += reach_bar
            weights_bar[:, j] += reach_bar
            sharpness_bar = (
                sharpness_bar - top_bar * (t / sharpness) + np.sum(t_bar * t1)
            )
        best = best1
    return weights_bar, best_bar, float(sharpness_bar)
