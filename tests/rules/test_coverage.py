"""Every public function of numpy and math has a row, a handler, or a reason not to."""

import inspect
import math

import numpy as np
import pytest

import astgrad.language  # noqa: F401
from astgrad.frontend.calls import BUILTINS
from astgrad.rules import table
from astgrad.rules.table import ROWS

REASONS = {
    "prints, reads or writes text and files": """
        array2string array_repr array_str base_repr binary_repr format_float_positional
        format_float_scientific fromfile fromregex genfromtxt load loadtxt save savetxt savez
        savez_compressed get_include get_printoptions set_printoptions printoptions info
        show_config show_runtime test typename""",
    "makes an array of bytes, text, or a Python iterable": """
        frombuffer fromstring from_dlpack fromiter memmap asarray_chkfinite require packbits
        unpackbits""",
    "settings and questions about types: nothing to differentiate": """
        can_cast common_type issubdtype iterable isfortran min_scalar_type mintypecode
        promote_types may_share_memory shares_memory errstate geterr geterrcall seterr seterrcall
        getbufsize setbufsize einsum_path isnat""",
    "dates": """
        busday_count busday_offset busdaycalendar is_busday datetime_as_string datetime_data""",
    "a class, or an iterator over elements: write the loop over indices": """
        broadcast flatiter ndarray ndenumerate ndindex nditer nested_iters recarray ufunc matrix
        asmatrix bmat poly1d frompyfunc""",
    "sets and counts: the result does not depend on values smoothly": """
        histogram histogram_bin_edges histogram2d histogramdd intersect1d setdiff1d setxor1d union1d unique_all
        unique_counts unique_inverse unique_values trim_zeros mask_indices""",
    "Bessel functions are in scipy.special": "i0 kaiser",
    "the order of complex numbers": "sort_complex",
}  # fmt: skip
LISTED = {name for names in REASONS.values() for name in names.split()}


def public(module):
    for name in sorted(dir(module)):
        value = getattr(module, name)
        scalar = isinstance(value, type) and issubclass(value, np.generic | np.dtype | Exception)
        if callable(value) and not name.startswith("_") and not inspect.ismodule(value) and not scalar:
            yield name, value


def is_known(function):
    return table.resolve(function) is not None or function in BUILTINS


NUMPY_2 = int(np.__version__.split(".")[0]) >= 2


@pytest.mark.skipif(not NUMPY_2, reason="NumPy 1.26 has names that NumPy 2 dropped")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("module", [np, np.linalg, np.fft, math])
def test_every_public_name(module):
    missing = [name for name, function in public(module)
               if name not in LISTED and not is_known(function)]
    assert not missing


def test_no_reason_is_stale():
    """What has a row is not listed as having none."""
    assert not [name for name in LISTED if f"np.{name}" in ROWS]


AUTOGRAD = """
    abs absolute add allclose amax amin angle any append arccos arccosh arcsin arcsinh arctan
    arctan2 arctanh argmax argmin argsort around array_split astype atleast_1d atleast_2d
    atleast_3d broadcast_to ceil clip concatenate conj cos cosh cross cumsum deg2rad degrees diag
    diagonal diff divide dot dsplit einsum exp exp2 expand_dims expm1 fabs fix fliplr flipud floor
    fmax fmin full gradient hsplit imag inner kron linspace log log10 log1p log2 logaddexp
    logaddexp2 matmul max maximum mean min minimum mod moveaxis multiply nan_to_num negative outer
    pad partition power prod rad2deg radians ravel real real_if_close reciprocal remainder repeat
    reshape roll rollaxis rot90 select sign sin sinc sinh sort split sqrt square squeeze stack std
    subtract sum swapaxes tan tanh tensordot tile trace transpose tril triu true_divide var vsplit
    where
""".split()  # fmt: skip


@pytest.mark.parametrize("name", AUTOGRAD)
def test_what_autograd_differentiates(name):
    if NUMPY_2 or hasattr(np, name):
        assert is_known(getattr(np, name))


def test_helpers_have_rows():
    """The table is closed: whatever a row's expression calls is a row or a directive."""
    import ast

    from astgrad.analysis.builder import DIRECTIVES

    missing = set()
    for row in ROWS.values():
        for expression in row.derivatives.values():
            for node in ast.walk(expression):
                if isinstance(node, ast.Call):
                    name = ast.unparse(node.func)
                    method = f".{name.rpartition('.')[2]}()"
                    if name not in ROWS and name not in DIRECTIVES and method not in ROWS:
                        missing.add(f"{row}: {name}")
    assert not missing
