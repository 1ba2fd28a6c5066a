"""The checker of printed text finds what it is for, and lets good text pass."""

import pytest
from tidy import faults

GOOD = """\
import numpy as np


def f_grad(u, n):
    u = np.array(u)
    for _ in range(n):
        u[1:] += 2.0 * u[:-1]
    row = u[0]
    row += 1.0
    a, b = u[0], u[1]
    return -a * 2.0 - 1.0
"""


def test_good_text_passes():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("2.0 * u", "1.0 * u", "a factor of one"),
        ("2.0 * u", "u * 1 * u", "a factor of one"),
        ("2.0 * u", "0.0 + u", "a term of zero"),
        ("2.0 * u", "u / 1.0 * u", "nothing happens"),
        ("-a", "--a", "a double minus"),
        ("- 1.0", "- -1.0", "a sign for an operator"),
        ("np.array(u)", "np.zeros(3).copy()", "a copy of what"),
        ("    row =", "    t = 3\n    row =", "`t` is never read"),
        ("    row =", "    row = 3\n    row =", "`row` is overwritten unread"),
        ("    row =", "    a = a\n    row =", "`a = a`"),
        ("import numpy as np", "import math\nimport numpy as np", "`math` is imported"),
        ("\n\n\ndef", "\n\n\ndef h():\n    return 1\n\n\ndef", "`h` is not called"),
        ("    return", "    return a\n    return", "is never reached"),
        ("    return", "    if a:\n        pass\n    return", "nothing happens"),
        ("    return", "    if a:\n        a[0] = 1\n    else:\n        pass\n    return", "an empty else"),
        ("return -a * 2.0 - 1.0", "c = -a * 2.0\n    return c", "`c` is named to be returned"),
        ("    return", "    # forward\n    # reverse\n    return", "`# forward` with nothing under it"),
        ("    return", "    # " + "x" * 83 + "\n    return", "has 89 columns"),
    ],
)
def test_faults_are_found(old, new, complaint):
    assert old in GOOD
    found = faults(GOOD.replace(old, new))
    assert any(complaint in each for each in found), found


def test_what_the_user_wrote_is_not_our_fault():
    assert faults(GOOD.replace("2.0 * u", "1.0 * u"), "x = 1.0 * u[:-1]\n") == []
