"""Inputs that astgrad rejects: `name: (text of a module, the call, a rewrite that works or None)`.

The text defines f; the call is an expression over f, X (three floats) and the public functions. Where the message
suggests a rewrite, the third entry is the text after that rewrite, which must have a derivative at the same call.
"""

GRAD = "grad(f)(1.5)"
VECTOR = "grad(f)(X)"

CASES = {
    # statements
    "generator": ("def f(x):\n    yield x\n", GRAD, "def f(x):\n    return x\n"),
    "generator helper": (
        "def items(x):\n    yield x\n    yield 2 * x\n\ndef f(x):\n    return sum(items(x))\n", GRAD,
        "def items(x):\n    return [x, 2 * x]\n\ndef f(x):\n    return sum(items(x))\n",
    ),
    "async": ("async def f(x):\n    return x\n", GRAD, "def f(x):\n    return x\n"),
    "global": ("count = 0\n\ndef f(x):\n    global count\n    count = count + 1\n    return x * x\n", GRAD, None),
    "try": ("def f(x):\n    try:\n        y = 1 / x\n    except ZeroDivisionError:\n        y = 0.0\n    return y\n", GRAD,
            "def f(x):\n    if x != 0:\n        y = 1 / x\n    else:\n        y = 0.0\n    return y\n"),
    "try in a return": ("def f(x):\n    try:\n        return 1 / x\n    except ZeroDivisionError:\n        return 0.0\n", GRAD,
                        "def f(x):\n    return 1 / x if x != 0 else 0.0\n"),
    "finally in a helper": ("def h(x):\n    try:\n        return x * x\n    finally:\n        print(x)\n\ndef f(x):\n    return h(x)\n", GRAD, None),
    "match": ("def f(x, kind):\n    match kind:\n        case 'a':\n            return x\n    return x * x\n", "grad(f)(1.5, 'a')",
              "def f(x, kind):\n    if kind == 'a':\n        return x\n    return x * x\n"),
    "class inside": ("def f(x):\n    class A:\n        pass\n    return x\n", GRAD, None),
    "set of active values": ("def f(x):\n    s = {x, 2 * x}\n    return sum(s)\n", GRAD,
                             "def f(x):\n    s = [x, 2 * x]\n    return sum(s)\n"),
    "set in a return": ("def f(x):\n    return sum({x, 2 * x})\n", GRAD, "def f(x):\n    return sum([x, 2 * x])\n"),
    "set comprehension": ("def f(x):\n    return sum({k * x for k in range(3)})\n", GRAD,
                          "def f(x):\n    return sum([k * x for k in range(3)])\n"),
    "set that is filled": ("def f(x):\n    s = set()\n    s.add(x)\n    return sum(s)\n", GRAD,
                           "def f(x):\n    s = []\n    s.append(x)\n    return sum(s)\n"),
    "async inside": ("def f(x):\n    async def g():\n        return x\n    return g()\n", GRAD, "def f(x):\n    def g():\n        return x\n    return g()\n"),
    "generator inside": ("def f(x):\n    def g():\n        yield x\n    return sum(g())\n", GRAD, "def f(x):\n    def g():\n        return [x]\n    return sum(g())\n"),
    "bare raise": ("def f(x):\n    if x < 0:\n        raise\n    return x\n", GRAD,
                   "def f(x):\n    if x < 0:\n        raise ValueError('x')\n    return x\n"),
    "decorated inside": (
        "import functools\n\ndef f(x):\n    @functools.cache\n    def g(y):\n        return y * y\n    return g(x)\n", GRAD,
        "def f(x):\n    def g(y):\n        return y * y\n    return g(x)\n",
    ),
    "unknown context manager": ("class Lock:\n    def __enter__(self):\n        return 1.0\n\n    def __exit__(self, *a):\n"
                                "        return True\n\nlock = Lock()\n\ndef f(x):\n    with lock:\n        y = x * x\n    return y\n",
                                GRAD, "def f(x):\n    y = x * x\n    return y\n"),
    "unbound": ("def f(x):\n    if x < 0:\n        y = x\n    return y\n", GRAD,
                "def f(x):\n    y = 2 * x\n    if x < 0:\n        y = x\n    return y\n"),
    "unknown name": ("def f(x):\n    return x * scale\n", GRAD, None),
    "delete from an array": ("def f(x):\n    del x[0]\n    return x[0]\n", VECTOR, None),
    "several at once": (
        "def f(x):\n    s = {x}\n    try:\n        y = x\n    finally:\n        pass\n    class A:\n        pass\n    return y\n", GRAD, None,
    ),
    # calls
    "unknown function": ("import struct\n\ndef f(x):\n    return struct.unpack('d', struct.pack('d', x))[0] * x\n", GRAD, None),
    "unknown NumPy function": ("import numpy as np\n\ndef f(x):\n    return np.sum(np.emath.sqrt(x))\n", VECTOR, None),
    "unknown fit": ("import numpy as np\n\ndef f(x):\n    return np.polynomial.polynomial.polyfit(x, x * x, 1)[0]\n", VECTOR, None),
    "unknown roots": ("import numpy as np\n\ndef f(x):\n    return np.sum(np.polynomial.polynomial.polyroots(x).real)\n", VECTOR, None),
    "unknown function of a module": ("import statistics\n\ndef f(x):\n    return statistics.NormalDist().inv_cdf(x)\n", "grad(f)(0.4)", None),
    "unknown method": ("def f(x):\n    return float(x.tostring()[0])\n", VECTOR, None),
    "unknown attribute": ("def f(x):\n    return x.total\n", VECTOR, None),
    "vectorize": ("import numpy as np\n\ndef f(x):\n    return np.sum(np.vectorize(lambda t: t * t, signature='(n)->(n)')(x))\n", VECTOR, None),
    "unknown keyword": ("import numpy as np\n\ndef f(x):\n    return np.sum(x, wher=None)\n", VECTOR, None),
    "keyword without a rule": ("import numpy as np\n\ndef f(x):\n    return np.sum(np.tanh(x, casting='no'))\n", VECTOR, None),
    "eval": ("def f(x):\n    return eval('x * x')\n", GRAD, None),
    "float to text and back": ("def f(x):\n    return float(str(x))\n", GRAD, None),
    "float to text and back, kept": ("import io\n\nout = io.StringIO()\n\ndef f(x):\n    out.write(str(x))\n    return float(out.getvalue()) * x\n", GRAD, None),
    "given and asked for": ("import contextvars\n\nv = contextvars.ContextVar('v')\n\ndef f(x):\n    v.set(x)\n    return v.get() * x\n", GRAD, None),
    "a number is called": ("def f(x):\n    return x(2)\n", GRAD, None),
    "too few arguments": ("def g(x, y):\n    return x * y\n\ndef f(x):\n    return g(x)\n", GRAD, None),
    "unknown parameter": ("def g(x):\n    return x\n\ndef f(x):\n    return g(x, rate=2.0)\n", GRAD, None),
    "recursion to a run-time depth": (
        "def f(x):\n    print(x)\n    return x if x < 0.1 else x * f(x * x)\n",
        "grad(f)(0.5)", "def f(x):\n    y = 1.0\n    while x >= 0.1:\n        y = x * y\n        x = x * x\n    return x * y\n"),
    "search in a list of arrays": ("import numpy as np\n\ndef f(x):\n    return np.sum(x) * [x, 2 * x].index(x)\n", "grad(f)(np.ones(2))", None),
    # containers
    "key error": ("def f(d):\n    return d['a'] * d['c']\n", "grad(f)({'a': 1.0, 'b': 2.0})", None),
    "list index": ("def f(p):\n    return p[0] * p[2]\n", "grad(f)([1.0, 2.0])", None),
    "unpacking": ("def f(p):\n    a, b, c = p\n    return a * b * c\n", "grad(f)((1.0, 2.0))", None),
    "pop of nothing": ("def f(x):\n    a = []\n    return x * a.pop()\n", GRAD, None),
    "range of a float": ("def f(x):\n    for _ in range(2.5):\n        x = x * x\n    return x\n", GRAD, None),
    "range of an active value": ("def f(x):\n    for _ in range(x):\n        x = x * x\n    return x\n", GRAD,
                                 "def f(x):\n    for _ in range(int(x)):\n        x = x * x\n    return x\n"),
    "mixed list": ("def f(x, n):\n    a = []\n    for i in range(n):\n        a.append(x)\n        a.append('text')\n    return a[0]\n",
                   "grad(f)(1.5, 3)", None),
    "kind changes": ("import numpy as np\n\ndef f(x, n):\n    for i in range(n):\n        x = [x]\n    return x\n", "grad(f)(1.5, 3)", None),
    # writes and aliases
    "float into an integer array": (
        "import numpy as np\n\ndef f(x):\n    a = np.zeros(3, int)\n    a[0] = x\n    return a[0] * x\n", GRAD,
        "import numpy as np\n\ndef f(x):\n    a = np.zeros(3)\n    a[0] = x\n    return a[0] * x\n"),
    "global array": ("import numpy as np\n\nbuffer = np.zeros(3)\n\ndef f(x):\n    buffer[0] = x\n    return buffer[0] * x\n", GRAD,
                     "import numpy as np\n\ndef f(x):\n    buffer = np.zeros(3)\n    buffer[0] = x\n    return buffer[0] * x\n"),
    "what may be a global array": (
        "import numpy as np\n\ntable = np.ones(3)\n\ndef f(x):\n    found = table if x > 0.1 else 2.0 * table\n    found[0] = x\n"
        "    return np.sum(table) * found[0]\n", GRAD, None),
    "array of a closure": (
        "import numpy as np\n\ndef make():\n    kept = np.zeros(3)\n    def f(x):\n        kept[0] = x\n        return kept[0] * x\n"
        "    return f\n\nf = make()\n", GRAD, None),
    "global list": ("trace = []\n\ndef f(x):\n    trace.append(x)\n    return x * x\n", GRAD, None),
    "ambiguous alias": ("def f(a, b, c):\n    y = a if c > 0 else b\n    a[0] = 5.0 * b[1]\n    return y[0] * a[1]\n",
                        "grad(f)(X, X + 1.0, 1)", None),
    "one array twice": ("def f(a, b):\n    a[0] = b[1]\n    return a[0] * b[0]\n", "grad(f, argnums=(0, 1))(*[X] * 2)", None),
    "overlapping arguments": ("def f(a, b):\n    a[0] = b[1] * a[1]\n    return a[0] * b[0]\n", "grad(f)(X[:2], X[1:])", None),
    "write to a broadcast view": ("import numpy as np\n\ndef f(x):\n    b = np.broadcast_to(x, (2, 3))\n    b[0] = 1.0\n    return np.sum(b * x)\n", VECTOR, None),
    # arguments and results
    "int": ("def f(x):\n    return x * x\n", "grad(f)(3)", None),
    "bool": ("def f(x):\n    return x * x\n", "grad(f)(True)", None),
    "text": ("def f(x):\n    return x * 2\n", "grad(f)('abc')", None),
    "none": ("def f(x):\n    return x * 2\n", "grad(f)(None)", None),
    "integer array": ("def f(x):\n    return x.sum()\n", "grad(f)(np.arange(3))", None),
    "object array": ("def f(x):\n    return x.sum()\n", "grad(f)(np.array([1.0, 'a'], object))", None),
    "array subclass": ("def f(x):\n    return x.sum()\n", "grad(f)(np.ma.array([1.0, 2.0]))", None),
    "records": ("def f(x):\n    return x['a'].sum()\n", "grad(f)(np.zeros(3, [('a', float)]))", None),
    "array result": ("def f(x):\n    return 2 * x\n", VECTOR, None),
    "no result": ("def f(x):\n    x * x\n", GRAD, "def f(x):\n    return x * x\n"),
    "tuple result": ("def f(x):\n    return x, 2 * x\n", GRAD, None),
    "text result": ("def f(x):\n    return 'a'\n", GRAD, None),
    "complex result": ("def f(x):\n    return x * 1j\n", GRAD, "def f(x):\n    return (x * 1j).imag\n"),
    "aux without a pair": ("def f(x):\n    return x * x\n", "grad(f, has_aux=True)(1.5)", None),
    "missing argument": ("def f(x, y):\n    return x * y\n", GRAD, None),
    "argnums too large": ("def f(x):\n    return x * x\n", "grad(f, argnums=3)(1.5)", None),
    "argnums of no parameter": ("def f(x):\n    return x * x\n", "grad(f, argnums='z')(1.5)", None),
    "argnums of another type": ("def f(x):\n    return x * x\n", "grad(f, argnums=1.5)(1.5)", None),
    "argnums twice": ("def f(x):\n    return x * x\n", "grad(f, argnums=(0, 0))(1.5)", None),
    "unknown mode": ("def f(x):\n    return x * x\n", "grad(f, mode='sideways')(1.5)", None),
    "no function": ("f = 3\n", "grad(f)(1.5)", None),
    "no source": ("f = eval('lambda x: x * x')\n", GRAD, None),
    "built in": ("import math\n\nf = math.erf\n", "grad(f)('a')", None),
    "shapes": ("import numpy as np\n\ndef f(x):\n    y = x * np.ones(4)\n    return np.sum(y)\n", VECTOR, None),
    "shapes of a product": ("import numpy as np\n\ndef f(x, w):\n    y = w @ x\n    return np.sum(y)\n", "grad(f)(X, np.ones((2, 4)))", None),
    "an error of the primal": ("def f(x):\n    if x > 1:\n        raise ValueError('too large')\n    return x\n", GRAD, None),
    # directions
    "primals and tangents": ("def f(x, y):\n    return x * y\n", "jvp(f, (1.0, 2.0), (1.0,))", None),
    "no tuple of primals": ("def f(x):\n    return x * x\n", "jvp(f, 1.0, 1.0)", None),
    "tangent of another shape": ("def f(x):\n    return x * x\n", "jvp(f, (X,), (X[:2],))", None),
    "tangent of an integer": ("def f(x, n):\n    return x * n\n", "jvp(f, (1.0, 2), (1.0, 1))", None),
    "seed of another shape": ("def f(x):\n    return x * x\n", "vjp(f, X)[1](X[:2])", None),
    "seed of another structure": ("def f(x):\n    return {'a': x}\n", "vjp(f, X)[1]({'b': X})", None),
    "complex seed": ("def f(x):\n    return x * x\n", "vjp(f, X)[1](1j * X)", None),
}  # fmt: skip
