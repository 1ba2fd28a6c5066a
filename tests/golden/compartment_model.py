def compartment_model_grad(amounts, rates, dt, steps):
    gut = amounts["gut"]
    blood = amounts["blood"]
    tissue = amounts["tissue"]
    absorb = rates["absorb"]
    v_in = rates["in"]
    out = rates["out"]
    clear = rates["clear"]
    # forward
    blood_saved = []
    tissue_saved = []
    gut_saved = []
    t = dt * absorb
    t1 = dt * v_in
    t2 = dt * out
    t3 = dt * clear
    for _ in range(steps):
        blood_saved.append(blood)
        tissue_saved.append(tissue)
        gut_saved.append(gut)
        moved = t * gut
        moved1 = t1 * blood
        moved2 = t2 * tissue
        moved3 = t3 * blood
        gut = gut + (0.0 * gut - moved)
        blood = blood + (0.0 * blood + moved - moved1 + moved2 - moved3)
        tissue = tissue + (0.0 * tissue + moved1 - moved2)
    # reverse
    tissue_bar = 2.0 * tissue
    gut_bar = 0.0
    blood_bar = 0.0
    urine_bar = 1.0
    dt_bar = 0.0
    absorb_bar = 0.0
    in_bar = 0.0
    out_bar = 0.0
    clear_bar = 0.0
    for _ in range(steps):
        # change[source] -= moved
        moved_bar = urine_bar - blood_bar
        blood = blood_saved.pop()
        # moved = dt * rates[rate] * state[source]
        t_bar = moved_bar * blood
        blood_bar1 = blood_bar + moved_bar * t3
        dt_bar += t_bar * clear
        clear_bar += t_bar * dt
        # change[source] -= moved
        moved_bar = blood_bar - tissue_bar
        tissue = tissue_saved.pop()
        # moved = dt * rates[rate] * state[source]
        t_bar = moved_bar * tissue
        tissue_bar1 = tissue_bar + moved_bar * t2
        dt_bar += t_bar * out
        out_bar += t_bar * dt
        # change[source] -= moved
        moved_bar = tissue_bar - blood_bar
        # moved = dt * rates[rate] * state[source]
        t_bar = moved_bar * blood
        blood_bar1 += moved_bar * t1
        dt_bar += t_bar * v_in
        in_bar += t_bar * dt
        # change[source] -= moved
        moved_bar = blood_bar - gut_bar
        gut = gut_saved.pop()
        # moved = dt * rates[rate] * state[source]
        t_bar = moved_bar * gut
        gut_bar1 = gut_bar + moved_bar * t
        dt_bar += t_bar * absorb
        absorb_bar += t_bar * dt
        # change = {name: 0.0 * amount for name, amount in state.items()}
        urine_bar += urine_bar * 0.0
        tissue_bar = tissue_bar1 + tissue_bar * 0.0
        blood_bar = blood_bar1 + blood_bar * 0.0
        gut_bar = gut_bar1 + gut_bar * 0.0
    return (
        {
            "gut": float(gut_bar),
            "blood": float(blood_bar),
            "tissue": float(tissue_bar),
            "urine": float(urine_bar),
        },
        {
            "absorb": float(absorb_bar),
            "in": float(in_bar),
            "out": float(out_bar),
            "clear": float(clear_bar),
        },
        float(dt_bar),
    )
