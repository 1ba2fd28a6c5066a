import math


def newton_kepler_grad(mean_anomaly, eccentricity):
    # forward
    t = math.sin(mean_anomaly)
    anomaly = mean_anomaly + eccentricity * t
    t_saved = []
    step_saved = []
    t_saved1 = []
    anomaly_saved = []
    broke = False
    trips = 0
    for _ in range(50):
        anomaly_saved.append(anomaly)
        residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        t1 = math.cos(anomaly)
        t_saved1.append(t1)
        t1 = 1 - eccentricity * t1
        t_saved.append(t1)
        step = residual / t1
        step_saved.append(step)
        anomaly -= step
        if abs(step) < 1e-12:
            done = True
        else:
            done = False
        trips += 1
        broke = done
        if done:
            break
    if not broke:
        t1 = RuntimeError("no convergence")
        raise t1
    # reverse
    anomaly_bar = -math.sin(anomaly)
    eccentricity_bar = -1.0
    mean_anomaly_bar = 0.0
    for _ in range(trips):
        t1 = t_saved.pop()
        step = step_saved.pop()
        # step = residual / (1 - eccentricity * math.cos(anomaly))
        t_bar = anomaly_bar / t1
        t_bar1 = anomaly_bar * (step / t1)
        t1 = t_saved1.pop()
        anomaly = anomaly_saved.pop()
        t_bar2 = math.sin(anomaly)
        anomaly_bar += t_bar1 * eccentricity * t_bar2
        # residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        mean_anomaly_bar += t_bar
        anomaly_bar = anomaly_bar - t_bar + t_bar * eccentricity * math.cos(anomaly)
        eccentricity_bar = eccentricity_bar - t_bar1 * t1 + t_bar * t_bar2
    # anomaly = mean_anomaly + eccentricity * math.sin(mean_anomaly)
    mean_anomaly_bar += anomaly_bar
    eccentricity_bar += anomaly_bar * t
    mean_anomaly_bar += anomaly_bar * eccentricity * math.cos(mean_anomaly)
    return float(mean_anomaly_bar), float(eccentricity_bar)
