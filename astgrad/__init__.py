"""Automatic differentiation of plain Python and NumPy, as readable source."""

from astgrad.api.calls import ggnvp, hvp, jvp, linearize, vjp
from astgrad.api.functions import (
    derivative, elementwise_grad, grad, hessian, jacfwd, jacobian, jacrev, value_and_grad,
    value_and_jacobian,
)  # fmt: skip

__all__ = [
    "derivative", "elementwise_grad", "ggnvp", "grad", "hessian", "hvp", "jacfwd", "jacobian",
    "jacrev", "jvp", "linearize", "value_and_grad", "value_and_jacobian", "vjp",
]  # fmt: skip
__version__ = "0.1.0"
