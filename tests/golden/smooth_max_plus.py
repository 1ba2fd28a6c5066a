import math
import numpy as np


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def smooth_max_plus_grad(weights, start, rounds, sharpness):
    # forward
    best = start.copy()
    spread_saved = []
    t_saved = []
    reach_saved = []
    top_saved = []
    update_saved = []
    n_saved = []
    for _ in range(rounds):
        update = np.empty_like(best)
        n = len(best)
        n_saved.append(n)
        for j in range(n):
            reach = best + weights[:, j]
            reach_saved.append(reach)
            top = np.max(reach)
            top_saved.append(top)
            t = np.exp(sharpness * (reach - top))
            t_saved.append(t)
            spread = np.sum(t)
            spread_saved.append(spread)
            update[j] = top + math.log(spread) / sharpness
        update_saved.append(update)
        best[:] = update - 0.1 * np.mean(update)
    # reverse
    best_bar = np.ones_like(best)
    weights_bar = np.zeros_like(weights)
    sharpness_bar = 0.0
    for _ in range(rounds):
        # best[:] = update - 0.1 * update.mean()
        update_bar = best_bar[:]
        update = update_saved.pop()
        update_bar = update_bar - np.sum(update_bar) * 0.1 / update.size
        best_bar[:] = 0.0
        n = n_saved.pop()
        for j in reversed(range(n)):
            # update[j] = top + np.log(spread) / sharpness
            top_bar = update_bar[j]
            update_bar[j] = 0.0
            spread = spread_saved.pop()
            sharpness_bar -= top_bar * (math.log(spread) / sharpness / sharpness)
            spread_bar = top_bar / sharpness / spread
            t = t_saved.pop()
            # spread = np.sum(np.exp(sharpness * (reach - top)))
            t_bar = spread_bar * t
            reach = reach_saved.pop()
            top = top_saved.pop()
            sharpness_bar += t_bar @ (reach - top)
            reach_bar = sharpness * t_bar
            top_bar -= np.sum(reach_bar)
            # top = reach.max()
            reach_bar += top_bar * ties(reach, top, None)
            # reach = best + weights[:, j]
            best_bar += reach_bar
            weights_bar[:, j] += reach_bar
    return weights_bar, best_bar, float(sharpness_bar)
