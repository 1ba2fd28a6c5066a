"""A generator of differentiable programs, an oracle for their derivatives, a shrinker, and a command that runs them."""
