"""Array statements as explicit loops over their elements, for compilers of loops."""
