def seidel_2d_grad(a, steps):
    # forward
    n = a.shape[0]
    a = a.copy()
    for _ in range(steps):
        t = n - 1
        for i in range(1, t):
            for j in range(1, t):
                t1 = i - 1
                t2 = j - 1
                t3 = j + 1
                t4 = i + 1
                a[i, j] = (
                    (
                        a[t1, t2]
                        + a[t1, j]
                        + a[t1, t3]
                        + a[i, t2]
                        + a[i, j]
                        + a[i, t3]
                        + a[t4, t2]
                        + a[t4, j]
                        + a[t4, t3]
                    )
                    / 9.0
                )
    # reverse
    a_bar = 2.0 * a
    for _ in range(steps):
        t = n - 1
        for i in reversed(range(1, t)):
            for j in reversed(range(1, t)):
                # a[i, j] = ( a[i - 1, j - 1] + a[i - 1, j] + a[i - 1, j + 1] + a[i,...
                t_bar = a_bar[i, j] / 9.0
                t1 = i - 1
                t2 = j - 1
                t3 = j + 1
                t4 = i + 1
                a_bar[i, j] = t_bar
                a_bar[t1, t2] += t_bar
                a_bar[t1, j] += t_bar
                a_bar[t1, t3] += t_bar
                a_bar[i, t2] += t_bar
                a_bar[i, t3] += t_bar
                a_bar[t4, t2] += t_bar
                a_bar[t4, j] += t_bar
                a_bar[t4, t3] += t_bar
    return (a_bar,)
