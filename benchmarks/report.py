"""What was measured, as tables: the cases, and the rows of what we must reach."""

import math
import statistics


def spread(times):
    """Median and interquartile range, as a fraction of the median, of one time a round."""
    found = {"seconds": statistics.median(times), "spread": 0.0, "times": times}
    if len(times) > 2:
        low, _, high = statistics.quantiles(times, n=4, method="inclusive")
        found["spread"] = (high - low) / found["seconds"]
    return found


def ratio(over, under):
    """The median of the ratios within a round: a busy round is busy for both."""
    return statistics.median(a / b for a, b in zip(over["times"], under["times"], strict=False))


def duration(seconds):
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1.0:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def line(name, result):
    """A case as soon as it is done."""
    parts = []
    for system, row in result["systems"].items():
        if "seconds" in row:
            parts.append(f"{system} {duration(row['seconds'])} ±{50 * row['spread']:.0f}%")
        elif row.get("error") not in ("NotWrittenError", None):
            parts.append(f"{system}: {row['error']}")
    return f"{name}: " + ", ".join(parts)


def ratios(results, cases, over, under):
    """Case -> time of one system over that of another, where both were timed."""
    found = {}
    for case in cases:
        rows = results["cases"].get(case, {"systems": {}})["systems"]
        a, b = rows.get(over, {}), rows.get(under, {})
        if "seconds" in a and "seconds" in b:
            found[case] = ratio(a, b)
    return found


def geomean(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def families(results):
    """The sets of cases that the rows speak of."""
    cases = results["cases"]
    by = {f: [n for n, c in cases.items() if c["family"] == f] for f in ("scalar", "array")}
    by["in place"] = [name for name, case in cases.items() if case["in_place"]]
    by["no scalar"] = [name for name, case in cases.items() if case["family"] != "scalar"]
    by["stencil"] = [n for n in ("jacobi_2d", "seidel_2d", "hdiff") if n in cases]
    by["adbench"] = [n for n in ("gmm", "lstm", "ba_x", "ba_y") if n in cases]
    return by


def literal(results):
    """Case -> time of JAX's literal port over that of its fastest version."""
    rows = {name: case["systems"].get("JAX", {}) for name, case in results["cases"].items()}
    return {
        name: row["versions"]["literal"] / min(row["versions"].values())
        for name, row in rows.items()
        if "seconds" in row and "literal" in row["versions"]
    }


def demands(results):
    """(quantity, numbers by case, "each", "median" or "geomean", must, aim, larger is better)."""
    f = families(results)
    scalar, array, place = f["scalar"], f["array"], f["in place"]
    rows = []

    def row(text, cases, over, under, how, must, aim, larger=False):
        rows.append((text, ratios(results, cases, over, under), how, must, aim, larger))

    row("gradient / primal, scalar loops", scalar, "astgrad", "primal", "each", 4, 3)
    row("gradient / primal, 16 kernels", array, "astgrad", "primal", "geomean", 4, 3)
    row("gradient / primal, 16 kernels", array, "astgrad", "primal", "each", 9, 6)
    row("autograd / ours, scalar loops", scalar, "autograd", "astgrad", "each", 200, 400, True)
    row("PyTorch / ours, scalar loops", scalar, "PyTorch", "astgrad", "each", 100, 150, True)
    row("PyTorch / ours, LSTM", ["lstm"], "PyTorch", "astgrad", "each", 8, 14, True)
    row("ours / autograd, arrays", f["no scalar"], "astgrad", "autograd", "each", 1.15, None)
    row("ours / autograd, arrays", f["no scalar"], "astgrad", "autograd", "geomean", None, 0.35)
    row("ours / JAX, 16 kernels", array, "astgrad", "JAX", "geomean", 1.25, 0.8)
    row("ours / JAX, in place", place, "astgrad", "JAX", "each", 1.3, 1)
    ports = literal(results)
    ported = ratios(results, place, "astgrad", "JAX")
    ported = {name: value / ports[name] for name, value in ported.items() if name in ports}
    rows.append(("ours / JAX, in place, literal ports", ported, "each", 1.3, 1, False))
    row("Numba / JAX, in place", place, "astgrad-numba", "JAX", "each", 0.3, 0.15)
    for name, must, aim in (("gmm", 1.5, 1), ("lstm", 1, 0.5), ("ba_x", 1, 0.6)):
        row(f"Numba / C by hand, {name}", [name], "astgrad-numba", "C", "each", must, aim)
    loops = [name for name in scalar if name not in ("mandelbrot", "logistic_map")]
    compiled = loops + f["stencil"]
    row("Numba / C by hand, loops, stencils", compiled, "astgrad-numba", "C", "each", 2, 1.2)
    whiles = [name for name in scalar if name not in loops]
    row("Numba / C by hand, `while`", whiles, "astgrad-numba", "C", "each", 4, 2)
    for text, key, how, must, aim in (
        ("first gradient, Numba, cold, s", "first", "median", 3, 1),
        ("first gradient, Numba, cold, s", "first", "each", 10, 5),
        ("first gradient, Numba, from the cache, s", "cached", "each", 0.5, 0.25),
    ):
        of = {name: c["systems"].get("astgrad-numba", {}) for name, c in results["cases"].items()}
        found = {name: row[key] for name, row in of.items() if row.get(key) and "seconds" in row}
        rows.append((text, found, how, must, aim, False))
    return rows + small_demands(results)


def small_demands(results):
    small = results.get("small")
    if not small:
        return []

    def of(what, over, under):
        a, b = small[what].get(over), small[what].get(under)
        return {what: a["seconds"] / b["seconds"]} if a and b else {}

    def absolute(what, system):
        return {what: small[what][system]["seconds"]} if system in small[what] else {}

    ten = {key: 1e6 * value for key, value in absolute("ten", "astgrad").items()}
    single = {key: 1e6 * value for key, value in absolute("float", "astgrad").items()}
    return [
        ("grad(f)(float) / by hand", of("float", "astgrad", "hand"), "each", 12, 5, False),
        ("grad(f)(float), us", single, "each", 1.5, 0.7, False),
        ("grad(f)(10 numbers) / by hand", of("ten", "astgrad", "hand"), "each", 3.5, 1.5, False),
        ("grad(f)(10 numbers), us", ten, "each", 10, 4, False),
        ("first gradient, 100 lines / JAX", of("first", "astgrad", "JAX"), "each", 0.5, 0.1,
         False),
    ]


def judged(found, how, must, aim, larger):
    """The number that counts, the case it comes from, and its mark."""
    if not found:
        return "-", "", "not measured"
    if how == "geomean":
        value, case = geomean(found.values()), f"{len(found)} cases"
    elif how == "median":
        value, case = statistics.median(found.values()), f"{len(found)} cases"
    else:
        case = (min if larger else max)(found, key=found.get)
        value = found[case]

    def met(bound):
        return bound is not None and (value >= bound if larger else value <= bound)

    mark = "aim" if met(aim) else "must" if met(must) or must is None else "MISSED"
    if must is None and mark == "must":
        mark = "not the aim"
    return f"{value:.3g}", case, mark


def cell(row):
    if "seconds" in row:
        return duration(row["seconds"])
    error = row.get("error")
    return "-" if error in (None, "NotWrittenError") else "wrong" if error == "Wrong" else "refuses"


def case_table(results):
    """Value and gradient of each case by each system; the last columns are ratios."""
    systems = []
    for case in results["cases"].values():
        systems += [name for name in case["systems"] if name not in systems]
    heads = ["case", *systems, "ours / primal", "ours / JAX", "memory, ours / primal"]
    rows = [heads, ["---"] * len(heads)]
    for name, case in results["cases"].items():
        of = case["systems"]
        cells = [cell(of.get(system, {})) for system in systems]
        for other in ("primal", "JAX"):
            found = ratios(results, [name], "astgrad", other)
            cells.append(f"{found[name]:.2f}" if found else "-")
        peaks = [of.get(system, {}).get("bytes") for system in ("astgrad", "primal")]
        cells.append(f"{peaks[0] / peaks[1]:.1f}" if all(peaks) else "-")
        rows.append([name, *cells])
    return rows


def aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        fill = "-" if row[-1] == "---" else " "
        cells = [text.ljust(width, fill) for text, width in zip(row, widths, strict=True)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def demand_table(results):
    heads = ["quantity", "of", "measured", "worst or number", "must", "aim", "mark"]
    rows = [heads, ["---"] * len(heads)]
    for text, found, how, must, aim, larger in demands(results):
        value, case, mark = judged(found, how, must, aim, larger)
        sign = ">= " if larger else "<= "
        bounds = ["-" if bound is None else f"{sign}{bound}" for bound in (must, aim)]
        rows.append([text, how, value, case, *bounds, mark])
    return rows


def refusals(results):
    lines = []
    for name, case in results["cases"].items():
        for system, row in case["systems"].items():
            if row.get("error") not in (None, "NotWrittenError"):
                lines.append(f"- {system}, {name}: {row['error']}: {row['why'][:100]}")
    return "\n".join(lines)


def ways(results):
    """Where a peer was written in several ways: what each took."""
    lines = []
    for name, case in results["cases"].items():
        for system, row in case["systems"].items():
            if len(row.get("versions", ())) > 1:
                each = (f"{label} {duration(t)}" for label, t in row["versions"].items())
                lines.append(f"- {system}, {name}: " + ", ".join(each))
    return "\n".join(lines)


def text(results):
    parts = []
    if results["cases"]:
        parts += ["Value and gradient, medians:", aligned(case_table(results))]
        parts += ["Refused or wrong:", refusals(results) or "nothing"]
        parts += ["Written in several ways:", ways(results) or "none"]
    for what, title in (("float", "grad(f)(float)"), ("ten", "grad(f)(10 numbers)"),
                        ("first", "first gradient of 100 lines")):
        found = results.get("small", {}).get(what, {})
        if found:
            each = (f"{name} {duration(row['seconds'])}" for name, row in found.items())
            parts.append(f"{title}: " + ", ".join(each))
    parts += ["What we must reach:", aligned(demand_table(results))]
    if results["absent"]:
        parts.append("Left out: " + "; ".join(f"{k} ({v})" for k, v in results["absent"].items()))
    return "\n\n".join(["", *parts])
