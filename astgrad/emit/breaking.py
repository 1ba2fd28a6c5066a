"""Where the lines of an expression break.

In: its text as a flat list of strings with marks among them, empty strings (one is a space) that
say where groups open and lines may break. Joined, the list is the text on one line; only where
that is too long does `Layout` read the marks. Out: text of at most `WIDTH` columns wherever
Python lets a line break, never with a backslash.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

WIDTH: Final = 88
STEP: Final = 4


class Mark(str):
    """A place in the text of an expression; as a string, what stands there on one line."""

    __slots__ = ()


GROUP: Final = Mark()  # opens a group: on one line if it fits, else all its LINEs break
NEST: Final = Mark()  # the same, its further lines indented
BRACKET: Final = Mark()  # the same, between brackets: the contents go on their own, indented lines
HARD: Final = Mark()  # the same, and the brackets are written only if the group breaks
MAYBE: Final = Mark()  # as HARD if the contents then fit on one line, else as if it were not there
END: Final = Mark()  # closes any of these
LINE: Final = Mark(" ")  # a space, or a new line
COMMA: Final = Mark()  # nothing, or the comma before the closing bracket of a broken group


class Layout:
    """Breaks the text that `parts` hold, outer groups first, and only those that do not fit."""

    def __init__(self, parts: Sequence[str], indent: int) -> None:
        self.parts = parts
        self.indent = self.column = indent
        self.out: list[str] = []
        self.around: list[tuple[int, str | None]] = []  # open groups: indent before, what ends them
        self.widths = list(accumulate(map(len, parts), initial=0))
        self.ends: dict[int, int] = {}  # where a group opens -> where it ends
        starts: list[int] = []
        for at, part in enumerate(parts):
            if part is END:
                self.ends[starts.pop()] = at
            elif type(part) is Mark and part is not LINE and part is not COMMA:
                starts.append(at)

    def text(self) -> str:
        at = 0
        while at < len(self.parts):
            part = self.parts[at]
            if type(part) is str:
                self.write(part)
            elif part is LINE:
                self.new_line()
            elif part is COMMA:
                self.write(",")
            elif part is END:
                self.close()
            elif self.fits(at, WIDTH - self.column) and self.follows(at):
                end = self.ends[at]
                self.write("".join(self.parts[at:end]))
                at = end
            else:
                self.open(at, part)
            at += 1
        return "".join(self.out)

    def write(self, text: str) -> None:
        self.out.append(text)
        self.column += len(text)

    def new_line(self) -> None:
        self.out.append("\n" + " " * self.indent)
        self.column = self.indent

    def open(self, at: int, part: str) -> None:
        ending: str | None = None
        outer = self.indent
        if part is BRACKET:
            ending = ""
        elif part is HARD or (part is MAYBE and self.fits(at, WIDTH - outer - STEP)):
            self.write("(")
            ending = ")"
        self.around.append((outer, ending))
        if ending is not None or part is NEST:
            self.indent += STEP
        if ending is not None:
            self.new_line()

    def close(self) -> None:
        self.indent, ending = self.around.pop()
        if ending is not None:
            self.new_line()
            self.write(ending)

    def fits(self, start: int, room: int) -> bool:
        return self.widths[self.ends[start]] - self.widths[start] <= room

    def follows(self, start: int) -> bool:
        """Whether what comes after the group at `start`, up to the next break, fits beside it."""
        inner, outer = 0, len(self.around)
        room = WIDTH - self.column + self.widths[start]
        for at in range(self.ends[start] + 1, len(self.parts)):
            part = self.parts[at]
            if type(part) is str:
                if self.widths[at + 1] > room:
                    return False
            elif part is LINE or part is BRACKET:
                return True
            elif part is HARD or part is MAYBE or part is COMMA:
                return self.widths[at] < room  # one more column
            elif part is not END:
                inner += 1
            elif inner:
                inner -= 1
            else:
                outer -= 1
                if self.around[outer][1] is not None:
                    return True
        return True
