import numpy as np


def moments_forward(samples):
    mean = np.mean(samples, axis=0)
    centred = samples - mean
    t3 = centred**2
    spread1 = np.sqrt(np.mean(t3, axis=0))
    t2 = centred**3
    t1 = spread1**3
    t = np.mean(t2, axis=0) / t1
    n = len(samples)
    spread = spread1.copy()
    spread1 = spread1.copy()
    samples = samples.copy()
    return (
        {"mean": mean, "spread": spread, "shape": {"skew": t.copy(), "count": n}},
        t1,
        t.copy(),
        spread1,
        t2,
        t3,
        centred,
        samples,
    )


def moments_reverse(out_bar, t1, t, spread1, t2, t3, centred, samples):
    out_bar1 = out_bar["mean"]
    out_bar2 = out_bar["spread"]
    out_bar3 = out_bar["shape"]["skew"]
    # reverse
    # shape = {"skew": (centred**3).mean(axis=0) / spread**3, "count": len(samples)}
    spread_bar = out_bar2 - out_bar3 * (t / t1) * (3.0 * spread1**2)
    centred_bar = out_bar3 / t1 / t2.shape[0] * (3.0 * t3)
    # spread = np.sqrt((centred**2).mean(axis=0))
    centred_bar += spread_bar * (0.5 / spread1) / t3.shape[0] * (2.0 * centred)
    # centred = samples - mean
    mean_bar = out_bar1 - np.sum(centred_bar, axis=0)
    # mean = samples.mean(axis=0)
    centred_bar += mean_bar / samples.shape[0]
    return (centred_bar,)
