import math


def newton_kepler_grad(mean_anomaly, eccentricity):
    # forward
    t = math.sin(mean_anomaly)
    anomaly = mean_anomaly + eccentricity * t
    anomaly_saved = []
    step_saved = []
    broke = False
    trips = 0
    for _ in range(50):
        anomaly_saved.append(anomaly)
        residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        step = residual / (1 - eccentricity * math.cos(anomaly))
        step_saved.append(step)
        anomaly -= step
        broke = abs(step) < 1e-12
        trips += 1
        if broke:
            break
    if not broke:
        raise RuntimeError("no convergence")
    # reverse
    anomaly_bar = -math.sin(anomaly)
    eccentricity_bar = -1.0
    mean_anomaly_bar = 0.0
    for _ in range(trips):
        anomaly = anomaly_saved.pop()
        # step = residual / (1 - eccentricity * math.cos(anomaly))
        t1 = math.cos(anomaly)
        t2 = 1 - eccentricity * t1
        step = step_saved.pop()
        t_bar2 = anomaly_bar / t2
        t_bar = anomaly_bar * (step / t2)
        eccentricity_bar -= t_bar * t1
        t_bar1 = math.sin(anomaly)
        anomaly_bar += t_bar * eccentricity * t_bar1
        # residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        mean_anomaly_bar += t_bar2
        anomaly_bar -= t_bar2
        eccentricity_bar += t_bar2 * t_bar1
        anomaly_bar += t_bar2 * eccentricity * t1
    # anomaly = mean_anomaly + eccentricity * math.sin(mean_anomaly)
    mean_anomaly_bar += anomaly_bar
    eccentricity_bar += anomaly_bar * t
    mean_anomaly_bar += anomaly_bar * eccentricity * math.cos(mean_anomaly)
    return float(mean_anomaly_bar), float(eccentricity_bar)
