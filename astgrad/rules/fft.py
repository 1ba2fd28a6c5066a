"""np.fft: linear transforms, symmetric for the pairing of complex adjoints."""

from astgrad.ir.core import Arg
from astgrad.ir.fact import UNKNOWN, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.table import composite, constant, linear, runtime
from astgrad.runtime import transforms


def _as_x(x: Arg, *_: Arg) -> Fact:
    fact = fact_of_arg(x)
    return fact if fact.kind == "array" else UNKNOWN


# fmt: off
for name in ("fft", "ifft"):
    linear(f"np.fft.{name}(a, n=None, axis=-1, norm=None)", a=f"fitted(np.fft.{name}(g, axis=axis, norm=norm), a, n, axis)")
for name in ("fft2", "ifft2"):
    linear(f"np.fft.{name}(a, s=None, axes=(-2, -1), norm=None)", a=f"fitted_all(np.fft.{name}(g, axes=axes, norm=norm), a, s, axes)")
for name in ("fftn", "ifftn"):
    linear(f"np.fft.{name}(a, s=None, axes=None, norm=None)", a=f"fitted_all(np.fft.{name}(g, axes=axes, norm=norm), a, s, axes)")
linear("np.fft.rfft(a, n=None, axis=-1, norm=None)",   a="rfft_adjoint(g, a, n, axis, norm)")
linear("np.fft.irfft(a, n=None, axis=-1, norm=None)",  a="irfft_adjoint(g, ans, a, n, axis, norm)")
linear("np.fft.rfftn(a, s=None, axes=None, norm=None)",  a="rfftn_adjoint(g, a, s, axes, norm)")
linear("np.fft.irfftn(a, s=None, axes=None, norm=None)", a="irfftn_adjoint(g, ans, a, s, axes, norm)")
linear("np.fft.rfft2(a, s=None, axes=(-2, -1), norm=None)",  a="rfftn_adjoint(g, a, s, axes, norm)")
linear("np.fft.irfft2(a, s=None, axes=(-2, -1), norm=None)", a="irfftn_adjoint(g, ans, a, s, axes, norm)")
composite("np.fft.hfft(a, n=None, axis=-1, norm=None)",  "np.fft.irfft(np.conj(a), n=n, axis=axis, norm=swapped(norm))")
composite("np.fft.ihfft(a, n=None, axis=-1, norm=None)", "np.conj(np.fft.rfft(a, n=n, axis=axis, norm=swapped(norm)))")
linear("np.fft.fftshift(x, axes=None)",  x="np.fft.ifftshift(g, axes=axes)")
linear("np.fft.ifftshift(x, axes=None)", x="np.fft.fftshift(g, axes=axes)")
constant("np.fft.fftfreq(n, d=1.0)"), constant("np.fft.rfftfreq(n, d=1.0)")

runtime(transforms.resized, "resized(x, n, axis)", x="resized(g, np.shape(x)[axis], axis)")
runtime(transforms.doubled, "doubled(x, n, axis)", fact=_as_x, x="doubled(g, n, axis)")
