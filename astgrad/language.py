# ruff: noqa: F401 - each import registers

"""Everything that registers itself: rules, identities, handlers of syntax.

Importing this module makes the language complete; the pipeline does so once.
"""

import astgrad.analysis.decompositions
import astgrad.analysis.directives
import astgrad.analysis.identities
import astgrad.analysis.joining
import astgrad.analysis.linear_algebra
import astgrad.analysis.products
import astgrad.analysis.reductions
import astgrad.analysis.repeats
import astgrad.analysis.scipy_linalg
import astgrad.analysis.shapes
import astgrad.analysis.special
import astgrad.analysis.stores
import astgrad.analysis.transforms
import astgrad.frontend.arrays
import astgrad.frontend.builtins
import astgrad.frontend.comprehensions
import astgrad.frontend.containers
import astgrad.frontend.draws
import astgrad.frontend.expressions
import astgrad.frontend.iterators
import astgrad.frontend.loops
import astgrad.frontend.makers
import astgrad.frontend.managers
import astgrad.frontend.objects
import astgrad.frontend.operators
import astgrad.frontend.ordering
import astgrad.frontend.queues
import astgrad.frontend.statements
import astgrad.frontend.stepping
import astgrad.frontend.ufuncs
import astgrad.rules.arrays
import astgrad.rules.checks
import astgrad.rules.creation
import astgrad.rules.elementwise
import astgrad.rules.fft
import astgrad.rules.indexing
import astgrad.rules.linalg
import astgrad.rules.polynomials
import astgrad.rules.printed
import astgrad.rules.products
import astgrad.rules.random
import astgrad.rules.reductions
import astgrad.rules.updates
