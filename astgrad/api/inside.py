"""What the public functions mean inside a program that is differentiated."""

import astgrad.derive.custom
import astgrad.derive.own  # noqa: F401
from astgrad.api import calls, functions, stop, surgery
from astgrad.derive.inside import hvp_inside, jvp_inside, maker, map_inside
from astgrad.derive.stopped import stop_inside
from astgrad.derive.surgery import MANAGERS, handler
from astgrad.frontend.calls import BUILTINS

for name in ("grad", "value_and_grad", "derivative", "hessian", "elementwise_grad"):
    BUILTINS[getattr(functions, name)] = maker(name)
BUILTINS[functions.jacobian] = maker("jacobian", mode="auto")
BUILTINS[functions.jacfwd] = maker("jacobian", mode="forward")
BUILTINS[functions.jacrev] = maker("jacobian", mode="reverse")
BUILTINS[functions.value_and_jacobian] = maker("value_and_jacobian", mode="auto")
BUILTINS[calls.jvp] = jvp_inside
BUILTINS[calls.vjp] = map_inside("vjp")
BUILTINS[calls.linearize] = map_inside("linearize")
BUILTINS[calls.hvp] = hvp_inside
BUILTINS[stop.stop_gradient] = stop_inside
MANAGERS.append((surgery.adjoint_of, handler))
