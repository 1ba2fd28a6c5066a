"""What a reviewer would not accept in printed code: `faults(text, primal_text) -> list of complaints`."""

import ast

WIDTH = 88


def faults(text, primal=""):
    """Complaints about a printed module; an expression that stands in the primal's text is the user's own."""
    tree = ast.parse(text)
    own = {ast.unparse(node) for node in ast.walk(ast.parse(primal)) if isinstance(node, ast.expr)}
    found = [f"line {n} has {len(line)} columns" for n, line in enumerate(text.splitlines(), 1) if len(line) > WIDTH]
    found += [f"line {n} ends in blanks" for n, line in enumerate(text.splitlines(), 1) if line != line.rstrip()]
    found += [
        f"line {node.lineno}: `{ast.unparse(node)}`: {why}"
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and (why := needless(node)) and ast.unparse(node) not in own
    ]
    found += unused_in_module(tree)
    found += empty_headings(text)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and not is_helper(function, tree):
            found += dead(function) + named_to_return(function)
    return found


def is_helper(function, tree):
    """Whether it is a runtime helper that was printed along: the derivative itself comes last."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return function in functions and not function.name.endswith(("_grad", "_jvp", "_forward", "_reverse", "_tangent"))


def number(node):
    """The value of a literal; True is no number."""
    plain = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return node.value if plain and not isinstance(node.value, bool) else None


def needless(node):
    """Why an expression is longer than it need be; None if it is not."""
    match node:
        case ast.BinOp(ast.Constant(1.0), ast.Mult(), ast.Call(ast.Attribute(_, "arange"))):
            return None  # which makes integers floats
        case ast.BinOp(left, ast.Mult(), right) if number(left) == 1 or number(right) == 1:
            return "a factor of one"
        case ast.BinOp(_, ast.Div() | ast.Pow() | ast.FloorDiv(), right) if number(right) == 1:
            return "nothing happens"
        case ast.BinOp(left, ast.Add(), right) if number(left) == 0 or number(right) == 0:
            return "a term of zero"
        case ast.BinOp(_, ast.Sub(), right) if number(right) == 0:
            return "a term of zero"
        case ast.UnaryOp(ast.USub(), ast.UnaryOp(ast.USub(), _)):
            return "a double minus"
        case ast.BinOp(_, ast.Add() | ast.Sub(), ast.UnaryOp(ast.USub(), _)):
            return "a sign for an operator"
        case ast.Call(ast.Attribute(_, "copy"), []) if is_fresh(node.func.value):
            return "a copy of what nobody else holds"
    return None


def is_fresh(node):
    """Whether an expression makes an array of its own."""
    if isinstance(node, ast.BinOp):
        return True
    makers = {"zeros", "zeros_like", "ones", "ones_like", "copy", "empty", "full", "outer", "exp", "sin", "cos"}
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in makers


def empty_headings(text):
    """Comments above sweeps that nothing is in."""
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    headings = ("# forward", "# reverse")
    return [
        f"line {n}: `{line}` with nothing under it"
        for (n, line), (_, after) in zip(lines, [*lines[1:], (0, "# reverse")], strict=True)
        if line in headings and after in headings
    ]


def unused_in_module(tree):
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    found = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.asname or alias.name for alias in node.names]
            found += [f"line {node.lineno}: `{name}` is imported and not used" for name in names if name not in used]
        if is_helper(node, tree) and isinstance(node, ast.FunctionDef) and node.name not in used:
            found.append(f"line {node.lineno}: `{node.name}` is not called")
    return found


def names(node, kind):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, kind)}


def dead(function):
    """Assignments that nobody reads, and statements that do nothing."""
    read = names(function, ast.Load) | {
        name for node in ast.walk(function) if isinstance(node, ast.Nonlocal | ast.Global) for name in node.names
    }
    added = {n.target.id for n in ast.walk(function) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)}
    found = []
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Name(name)], value):
                if name not in read | added:
                    found.append(f"line {node.lineno}: `{name}` is never read")
                if isinstance(value, ast.Name) and value.id == name:
                    found.append(f"line {node.lineno}: `{name} = {name}`")
            case ast.If(_, [ast.Pass()], []) | ast.Expr(ast.Name()):
                found.append(f"line {node.lineno}: nothing happens")
            case ast.If(_, _, [ast.Pass()]):
                found.append(f"line {node.lineno}: an empty else")
            case ast.If(_, [ast.Pass()], _):
                found.append(f"line {node.lineno}: an empty if")
        for block in (getattr(node, field, None) for field in ("body", "orelse", "finalbody")):
            if isinstance(block, list):
                found += overwritten(block)
    return found


def named_to_return(function):
    """A last value with a name for one line."""
    match function.body[-2:]:
        case [ast.Assign([ast.Name(name)], value), ast.Return(ast.Name(read))] if name == read:
            uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
            if len(uses) == 2 and len(ast.unparse(value)) + len("    return ") <= WIDTH:
                return [f"line {function.body[-1].lineno}: `{name}` is named to be returned"]
    return []


def overwritten(block):
    """Names that are assigned, and assigned again before anybody reads them."""
    found = []
    for i, statement in enumerate(block):
        if isinstance(statement, ast.Return | ast.Break | ast.Continue | ast.Raise) and block[i + 1 :]:
            found.append(f"line {block[i + 1].lineno} is never reached")
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            continue
        name = statement.targets[0].id
        for later in block[i + 1 :]:
            if name in names(later, ast.Load) or isinstance(later, ast.AugAssign):
                break
            if name in names(later, ast.Store):
                plain = isinstance(later, ast.Assign) and isinstance(later.targets[0], ast.Name)
                if plain:
                    found.append(f"line {statement.lineno}: `{name}` is overwritten unread at {later.lineno}")
                break
    return found
