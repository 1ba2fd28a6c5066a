"""Automatic differentiation of plain Python and NumPy, as readable source."""

from astgrad.api import tree
from astgrad.api.calls import ggnvp, hvp, jvp, linearize, vjp
from astgrad.api.checks import GradientError, check_grads, numerical_grad
from astgrad.api.custom import custom_jvp, custom_vjp
from astgrad.api.functions import (
    derivative,
    elementwise_grad,
    grad,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    value_and_grad,
    value_and_jacobian,
)  # fmt: skip
from astgrad.api.looking import derivative_source, explain
from astgrad.api.rule import rule
from astgrad.api.stop import stop_gradient
from astgrad.api.storage import storage
from astgrad.api.surgery import adjoint_of
from astgrad.errors import (
    AliasError,
    ArgumentError,
    AstgradError,
    InternalError,
    NoSourceError,
    RuleError,
    UnsupportedError,
)  # fmt: skip

__all__ = [
    "AliasError", "ArgumentError", "AstgradError", "GradientError", "InternalError",
    "NoSourceError", "RuleError", "UnsupportedError", "adjoint_of", "check_grads", "custom_jvp",
    "custom_vjp", "derivative", "derivative_source", "elementwise_grad", "explain", "ggnvp",
    "grad", "hessian", "hvp", "jacfwd", "jacobian", "jacrev", "jvp", "linearize",
    "numerical_grad", "rule", "stop_gradient", "storage", "tree", "value_and_grad",
    "value_and_jacobian", "vjp",
]  # fmt: skip
__version__ = "0.1.0"
