import math
import numpy as np


def value_iteration_grad(rewards, kernel, discount, rounds):
    # forward
    n = rewards.shape[0]
    n1 = rewards.shape[1]
    value = np.zeros(n)
    value_saved = []
    t_saved = []
    t_saved1 = []
    t_saved2 = []
    for _ in range(rounds):
        for s in range(n):
            t = kernel[s] @ value
            t_saved2.append(t)
            q = rewards[s] + discount * t
            t = np.exp(q)
            t_saved1.append(t)
            t = np.sum(t) / n1
            t_saved.append(t)
            value_saved.append(value[s])
            value[s] = math.log(t)
    # reverse
    value_bar = 2.0 * value
    rewards_bar = np.zeros_like(rewards)
    kernel_bar = np.zeros_like(kernel)
    discount_bar = 0.0
    for _ in range(rounds):
        for s in reversed(range(n)):
            # value[s] = np.log(np.sum(np.exp(q)) / actions)
            value[s] = value_saved.pop()
            t = t_saved.pop()
            t1 = t_saved1.pop()
            q_bar = value_bar[s] / t / n1 * t1
            value_bar[s] = 0.0
            t = t_saved2.pop()
            # q = rewards[s] + discount * (kernel[s] @ value)
            discount_bar += q_bar @ t
            t_bar = discount * q_bar
            value_bar += t_bar @ kernel[s]
            rewards_bar[s] += q_bar
            kernel_bar[s] += np.outer(t_bar, value)
    return rewards_bar, kernel_bar, float(discount_bar)
