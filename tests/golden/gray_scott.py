import numpy as np


def laplacian_forward(z):
    n = z.shape[0]
    n1 = z.shape[1]
    padded = np.zeros((n + 2, n1 + 2))
    padded[1:-1, 1:-1] = z
    padded[0, 1:-1] = z[0]
    padded[-1, 1:-1] = z[-1]
    padded[1:-1, 0] = z[:, 0]
    padded[1:-1, -1] = z[:, -1]
    total = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2]
    result = total + padded[1:-1, 2:] - 4 * z
    return result, (padded.shape,)


def laplacian_reverse(result_bar, tape):
    (shape,) = tape
    # reverse
    z_bar = -(4 * result_bar)
    padded_bar = np.zeros(shape)
    padded_bar[1:-1, 2:] = result_bar
    # total = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2]
    padded_bar[:-2, 1:-1] += result_bar
    padded_bar[2:, 1:-1] += result_bar
    padded_bar[1:-1, :-2] += result_bar
    t_bar = padded_bar[1:-1, -1].copy()
    # padded[1:-1, 0], padded[1:-1, -1] = z[:, 0], z[:, -1]
    padded_bar[1:-1, -1] = 0.0
    z_bar[:, 0] += padded_bar[1:-1, 0]
    padded_bar[1:-1, 0] = 0.0
    z_bar[:, -1] += t_bar
    t_bar = padded_bar[-1, 1:-1].copy()
    # padded[0, 1:-1], padded[-1, 1:-1] = z[0], z[-1]
    padded_bar[-1, 1:-1] = 0.0
    z_bar[0] += padded_bar[0, 1:-1]
    padded_bar[0, 1:-1] = 0.0
    z_bar[-1] += t_bar
    # padded[1:-1, 1:-1] = z
    z_bar += padded_bar[1:-1, 1:-1]
    return z_bar


def gray_scott_grad(u, v, feed, kill, steps):
    # forward
    u = u.copy()
    v = v.copy()
    v_saved = []
    u_saved = []
    laplacian_tape_saved = []
    t_saved = []
    laplacian_tape_saved1 = []
    t_saved1 = []
    t = feed + kill
    for _ in range(steps):
        t1 = u * v
        t_saved1.append(t1)
        reaction = t1 * v
        result, laplacian_tape = laplacian_forward(u)
        laplacian_tape_saved1.append(laplacian_tape)
        t1 = 1 - u
        t_saved.append(t1)
        du = 0.16 * result - reaction + feed * t1
        result, laplacian_tape = laplacian_forward(v)
        laplacian_tape_saved.append(laplacian_tape)
        dv = 0.08 * result + reaction - t * v
        u_saved.append(u.copy())
        u += du
        v_saved.append(v.copy())
        v += dv
    # reverse
    u1 = u + 1.0
    v1 = v.copy()
    u_bar = v
    v_bar = u1
    feed_bar = 0.0
    kill_bar = 0.0
    for _ in range(steps):
        # v += dv
        v1[...] = v_saved.pop()
        # u += du
        u[...] = u_saved.pop()
        # dv = 0.08 * laplacian(v) + reaction - (feed + kill) * v
        t_bar = np.sum(v_bar * v1)
        v_bar1 = v_bar - t * v_bar
        feed_bar -= t_bar
        kill_bar -= t_bar
        result_bar = 0.08 * v_bar
        laplacian_tape = laplacian_tape_saved.pop()
        v_bar1 += laplacian_reverse(result_bar, laplacian_tape)
        t1 = t_saved.pop()
        # du = 0.16 * laplacian(u) - reaction + feed * (1 - u)
        feed_bar += np.sum(u_bar * t1)
        u_bar1 = u_bar - feed * u_bar
        v_bar -= u_bar
        result_bar = 0.16 * u_bar
        laplacian_tape = laplacian_tape_saved1.pop()
        u_bar1 += laplacian_reverse(result_bar, laplacian_tape)
        t1 = t_saved1.pop()
        # reaction = u * v * v
        t_bar = v_bar * v1
        v_bar1 += v_bar * t1
        u_bar1 += t_bar * v1
        v_bar1 += t_bar * u
        u_bar = u_bar1
        v_bar = v_bar1
    return u_bar, v_bar, float(feed_bar), float(kill_bar)
