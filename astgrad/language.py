"""Everything that registers itself: rules, identities, handlers of syntax.

Importing this module makes the language complete; the pipeline does so once.
"""

import astgrad.analysis.directives
import astgrad.analysis.identities
import astgrad.frontend.builtins
import astgrad.frontend.comprehensions
import astgrad.frontend.expressions
import astgrad.frontend.loops
import astgrad.frontend.statements
import astgrad.rules.arrays
import astgrad.rules.elementwise
import astgrad.rules.printed
import astgrad.rules.updates  # noqa: F401

from astgrad.api.functions import grad, value_and_grad
from astgrad.derive.inside import maker
from astgrad.frontend.calls import BUILTINS

BUILTINS[grad] = maker("grad")
BUILTINS[value_and_grad] = maker("value_and_grad")
