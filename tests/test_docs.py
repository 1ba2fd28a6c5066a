"""Every Python block of README.md and docs/ runs, from the top of its page to the end.

A block with prompts is a doctest. One without is executed, and what it prints must be the
text of the block after it; `--update-golden` writes it there. The blocks of a page share one
namespace, as in one session, and their functions have source, as in a notebook. A first line
`# model.py` gives a block the name that messages show.
"""

import contextlib
import difflib
import doctest
import io
import itertools
import linecache
import re
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
FLAGS = doctest.ELLIPSIS


@dataclass(frozen=True)
class Snippet:
    language: str
    text: str
    line: int  # of its first line, from 0


def snippets(page):
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(found["language"], found["text"], text.count("\n", 0, found.start("text")))
        for found in FENCE.finditer(text)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page(page, request, monkeypatch, tmp_path):
    module = types.ModuleType(re.sub(r"\W", "_", page.stem))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.chdir(tmp_path)
    run_page(page, module.__dict__, update=request.config.getoption("--update-golden"))


def run_page(page, namespace, *, update):
    nothing = Snippet("", "", 0)
    blocks = snippets(page)
    for snippet, following in itertools.pairwise([*blocks, nothing]):
        if snippet.language != "python":
            continue
        if ">>> " in snippet.text:
            run_doctest(snippet, page, namespace)
            continue
        printed = run_script(snippet, page, namespace).strip()
        if printed and update and following is not nothing:
            replace(page, following, printed)
        elif printed and printed != following.text.strip():
            lines = (following.text.strip().splitlines(), printed.splitlines())
            diff = difflib.unified_diff(*lines, f"{page.name}:{following.line}", "now", lineterm="")
            pytest.fail("\n".join(diff), pytrace=False)


def replace(page, snippet, text):
    before, after = (f"```{snippet.language}\n{each}```\n" for each in (snippet.text, f"{text}\n"))
    page.write_text(page.read_text("utf-8").replace(before, after, 1), encoding="utf-8")


def run_script(snippet, page, namespace):
    """Execute a block and return what it prints."""
    named = re.match(r"# (\w+\.py)\n", snippet.text)
    name = named[1] if named else f"<{page.name}, line {snippet.line + 1}>"
    register(name, snippet.text)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(snippet.text, name, "exec"), namespace)
    return printed.getvalue()


def run_doctest(snippet, page, namespace):
    parser = doctest.DocTestParser()
    name = f"{page.name}, line {snippet.line + 1}"
    test = parser.get_doctest(snippet.text, {}, name, str(page), snippet.line)
    test.globs = namespace  # itself, not the copy that DocTest makes
    for number, example in enumerate(test.examples):
        register(f"<doctest {name}[{number}]>", example.source)
    report = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append, clear_globs=False)
    if report:
        pytest.fail("".join(report), pytrace=False)


def register(filename, source):
    """Give functions defined in `source` their text, for as long as they live."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)


def test_fences_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A\n\n```python\nx = 1\n```\n\n```text\n>>> no\n```\n```python\ny = 2\n```\n")
    assert snippets(page) == [
        Snippet("python", "x = 1\n", 3),
        Snippet("text", ">>> no\n", 7),
        Snippet("python", "y = 2\n", 10),
    ]


def test_every_fence_names_its_language():
    """A Python block that nobody runs would be one whose fence does not say so."""
    nameless = [
        f"{page.relative_to(ROOT)}:{snippet.line}"
        for page in PAGES
        for snippet in snippets(page)
        if not snippet.language
    ]
    assert not nameless


def test_local_links_lead_somewhere():
    dead = []
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert not dead


RIGHT = """\
```python
def f(x):
    return x + one
```
```python
>>> one = 1
>>> f(1)
2
```
```python
print(f(2))
```
```text
3
```
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        ("\n2\n", "\n3\n", "Expected:"),
        ("\n3\n", "\n4\n", "-4"),
        ("one\n", "two\n", "NameError"),
        ("print", "assert", None),
        ("print(f(2))", "raise SystemError", "SystemError"),
    ],
)
def test_a_wrong_page_is_noticed(old, new, problem, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(RIGHT.replace(old, new))
    if problem is None:
        run_page(page, {}, update=False)
        return
    with pytest.raises((pytest.fail.Exception, SystemError)) as failure:
        run_page(page, {}, update=False)
    assert problem in repr(failure.value)


def test_pages_are_updated(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(RIGHT.replace("\n3\n", "\n4\n"))
    run_page(page, {}, update=True)
    assert page.read_text() == RIGHT
