import math


def expected_payoff_grad(spot, volatility, nodes, weights):
    nodes_0 = nodes[0]
    nodes_1 = nodes[1]
    nodes_2 = nodes[2]
    nodes_3 = nodes[3]
    nodes_4 = nodes[4]
    nodes_5 = nodes[5]
    nodes_6 = nodes[6]
    weights_0 = weights[0]
    weights_1 = weights[1]
    weights_2 = weights[2]
    weights_3 = weights[3]
    weights_4 = weights[4]
    weights_5 = weights[5]
    weights_6 = weights[6]
    # forward
    nodes1 = [nodes_0, nodes_1, nodes_2, nodes_3, nodes_4, nodes_5, nodes_6]
    weights1 = [
        weights_0,
        weights_1,
        weights_2,
        weights_3,
        weights_4,
        weights_5,
        weights_6,
    ]
    t = min(len(nodes1), len(weights1))
    t_saved = []
    for i in range(t):
        z = nodes1[i]
        t_saved.append(math.exp(volatility * z - volatility**2 / 2))
    # reverse
    volatility_bar = 0.0
    for i in reversed(range(t)):
        # (w * function(z) for z, w in zip(nodes, weights))
        w = weights1[i]
        # 0.1 * volatility * z**2
        z = nodes1[i]
        volatility_bar += w * z**2 * 0.1
    t_bar = 2.0 * volatility
    spot_bar = 0.0
    for i in reversed(range(t)):
        # (w * function(z) for z, w in zip(nodes, weights))
        w = weights1[i]
        t = t_saved.pop()
        terminal = spot * t
        t1 = math.exp(8 * (terminal - 1))
        terminal_bar = w * 0.125 / (1.0 + t1) * t1 * 8
        # terminal = spot * math.exp(volatility * z - volatility**2 / 2)
        spot_bar += terminal_bar * t
        t_bar1 = terminal_bar * spot * t
        volatility_bar -= t_bar1 * 0.5 * t_bar
        z = nodes1[i]
        volatility_bar += t_bar1 * z
    return float(spot_bar), float(volatility_bar)
