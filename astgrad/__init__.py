"""Automatic differentiation of plain Python and NumPy, as readable source."""

from astgrad.api.functions import grad, value_and_grad

__all__ = ["grad", "value_and_grad"]
__version__ = "0.1.0"
