"""Derivatives as operations on programs being lowered.

The function of a derivative is lowered apart, at fresh copies of its arguments; that
block is differentiated, and the result put into the block at hand.  A derivative of a
derivative, or one met inside a function, is the same operation nested, so no
perturbation can be confused with another.
"""
