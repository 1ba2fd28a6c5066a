def memoised_binomials_grad(p, n):
    """Written out for n = 4."""
    # forward
    stay3 = 1 - p
    stay4 = 0.0 * stay3
    t2 = stay4 + p
    stay2 = stay3 * stay3
    stay = t2 * stay3
    t = stay + stay3 * p
    t1 = stay4 + t2 * p
    stay1 = stay2 * stay3
    stay5 = t * stay3
    stay = t1 * stay3
    # reverse
    # table[i, k] = stay + (table[i - 1, k - 1] * p if k > 0 else 0.0)
    stay_bar = 5.0 * p
    p_bar = 5.0 * (stay4 + t1 * p)
    stay_bar2 = 3.0 * p
    p_bar += 3.0 * (stay5 + stay2 * p)
    # stay = table.get((i - 1, k), 0.0) * (1 - p)
    stay_bar1 = 3.0 * stay3
    stay_bar3 = stay_bar * p + stay_bar1 * stay3
    # table[i, k] = stay + (table[i - 1, k - 1] * p if k > 0 else 0.0)
    stay_bar5 = stay_bar2 * p
    # stay = table.get((i - 1, k), 0.0) * (1 - p)
    stay_bar4 = stay_bar1 * p + stay_bar2 * stay3
    stay_bar6 = stay_bar5 + stay2
    # table[i, k] = stay + (table[i - 1, k - 1] * p if k > 0 else 0.0)
    stay_bar7 = stay_bar4 * p
    t_bar = stay_bar4 * stay3
    # stay = table.get((i - 1, k), 0.0) * (1 - p)
    stay_bar5 = stay_bar3 * p + t_bar
    t_bar1 = stay_bar6 * stay3
    stay_bar6 = stay_bar7 + t_bar1
    return (
        p_bar
        - 3.0 * (stay + t * p)
        - stay1
        + stay_bar * t1
        - stay_bar * 0.0
        + stay_bar1 * t
        - stay_bar1 * t1
        + stay_bar2 * stay2
        - stay_bar2 * t
        - stay3 * stay2
        + stay_bar3 * t2
        - stay_bar3 * 0.0
        + t_bar
        - stay_bar4 * t2
        - t_bar1
        + stay_bar5
        - stay_bar5 * 0.0
        - stay_bar6,
    )
