"""Constants -> the literals that read back as them, or the expressions where there is none."""

import math


def escaped(text: str) -> str:
    """`text` as it stands in a string literal, its quotes left alone."""
    return repr('"' + text)[2:-1].replace("\\'", "'")


def quoted(text: str, prefer: str = '"') -> str:
    other = "'" if prefer == '"' else '"'
    quote = other if text.count(prefer) > text.count(other) else prefer
    return quote + escaped(text).replace(quote, "\\" + quote) + quote


def docstring(text: str) -> str:
    inner = text.rstrip('"')
    body = "\n".join(map(escaped, inner.split("\n"))).replace('"""', '\\"\\"\\"')
    return '"""' + body + '\\"' * (len(text) - len(inner)) + '"""'


def real_text(value: float) -> str:
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return float.__repr__(value)


def complex_text(value: complex) -> str:
    """A sum of literals where that is exactly `value`; a call for other zeros, inf and nan."""
    real, imag = value.real, value.imag
    negative = math.copysign(1.0, imag) < 0
    if math.isfinite(real) and math.isfinite(imag):
        if real == 0 and negative == (math.copysign(1.0, real) < 0):
            return f"{real_text(imag)}j"
        if (imag or not negative) and (real or math.copysign(1.0, real) > 0):
            return f"{real_text(real)} {'-' if negative else '+'} {real_text(abs(imag))}j"
    return f"complex({real_text(real)}, {real_text(imag)})"
