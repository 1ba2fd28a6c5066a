"""`differences` with a bug planted: what `python -m tests.fuzz.run --module tests.fuzz.planted` must find."""

from .differences import Differences, TimesAsPlus

_BROKEN = Differences(TimesAsPlus())
grad, vjp, jvp = _BROKEN.grad, _BROKEN.vjp, _BROKEN.jvp
