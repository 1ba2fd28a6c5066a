def heat_grad(u, alpha, steps):
    # forward
    u = u.copy()
    t_saved = []
    for _ in range(steps):
        t = u[:-2] - 2.0 * u[1:-1] + u[2:]
        t_saved.append(t)
        u[1:-1] += alpha * t
    # reverse
    u_bar = 2.0 * u
    alpha_bar = 0.0
    for _ in range(steps):
        # u[1:-1] += alpha * (u[:-2] - 2.0 * u[1:-1] + u[2:])
        t_bar = u_bar[1:-1]
        t = t_saved.pop()
        alpha_bar += t_bar @ t
        t_bar = alpha * t_bar
        u_bar[:-2] += t_bar
        u_bar[1:-1] -= 2.0 * t_bar
        u_bar[2:] += t_bar
    return u_bar, float(alpha_bar)
