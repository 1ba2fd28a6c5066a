"""The measurements as a picture: each system's time over astgrad's, case by case."""

COLOURS = {
    "primal": "#888888", "hand": "#2a9d8f", "C": "#1b4332", "autograd": "#e9c46a",
    "JAX": "#e76f51", "PyTorch": "#9b2226", "astgrad-numba": "#7b2cbf",
}


def draw(results, target):
    """Write a PNG; without matplotlib, say so."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        print("matplotlib is not installed: no plot")
        return
    names = [n for n, c in results["cases"].items() if "seconds" in c["systems"].get("astgrad", {})]
    figure = Figure(figsize=(9, 1.5 + 0.33 * len(names)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for system, colour in COLOURS.items():
        places, values = [], []
        for place, name in enumerate(names):
            rows = results["cases"][name]["systems"]
            if "seconds" in rows.get(system, {}):
                places.append(place)
                values.append(rows[system]["seconds"] / rows["astgrad"]["seconds"])
        if places:
            axes.plot(values, places, "o", color=colour, label=system, alpha=0.85)
    axes.axvline(1.0, color="black", linewidth=1)
    axes.set(xscale="log", yticks=range(len(names)), yticklabels=names)
    axes.set_xlabel("time / astgrad's time (right of the line: slower than astgrad)")
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, 1.06), ncols=7, frameon=False)
    figure.savefig(target, dpi=110)
