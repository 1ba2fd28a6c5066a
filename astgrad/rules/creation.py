"""Arrays made of nothing, of a fill, of a range."""

from astgrad.rules import bodies, facts
from astgrad.rules.table import composite, constant, general, linear

# fmt: off
constant("np.zeros(shape, dtype=None)"), constant("np.ones(shape, dtype=None)"), constant("np.empty(shape, dtype=None)")
linear("np.full(shape, fill, dtype=None)", fill="unbroadcast(g, fill)")
constant("np.eye(N, M=None, k=0, dtype=None)"), constant("np.identity(n, dtype=None)"), constant("np.tri(N, M=None, k=0, dtype=None)")
constant("np.zeros_like(x, dtype=None, shape=None)"), constant("np.ones_like(x, dtype=None, shape=None)"), constant("np.empty_like(x, dtype=None, shape=None)")
linear("np.full_like(x, fill, dtype=None)",      fill="unbroadcast(g, fill)")
general("np.arange(start, stop=None, step=None, dtype=None)", start="unarange(g, start, stop, step, 0)", stop="unarange(g, start, stop, step, 1)", step="unarange(g, start, stop, step, 2)", fact=facts.arange)
constant("np.indices(shape, dtype=None)")
linear("np.linspace(start, stop, num=50, endpoint=True, dtype=None, axis=0)",
       start="unlinspace(g, start, num, endpoint, axis, True)", stop="unlinspace(g, stop, num, endpoint, axis, False)")
composite("np.logspace(start, stop, num=50, endpoint=True, base=10.0)", "base ** np.linspace(start, stop, num=num, endpoint=endpoint)")
composite("np.geomspace(start, stop, num=50, endpoint=True)", bodies.geomspace)
for name in ("hanning", "hamming", "bartlett", "blackman"):
    constant(f"np.{name}(M)")
