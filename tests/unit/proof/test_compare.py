"""Two lives are the same, or there is a reason why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.proof.changes import Changes
from gate.proof.compare import difference, entered_functions, may_be_chance
from gate.proof.life import ClassBody, Definition, Item, Life, Statement

NEVER = Definition(qualname="never", header="h", whole="w")
USED = Definition(qualname="used", header="h", whole="w")
LOADED: tuple[Item, ...] = (Statement(digest="s", count=1), NEVER, USED)
SAME = Life(
    functions={("tree/m.py", "used", "code"): (3, 70)},
    outlines={"tree/m.py": LOADED},
    references=frozenset(),
    readers=frozenset(),
    files={"tree/data": "1"},
    folders={"tree": "1"},
    libraries={"lib/x.so": "1"},
    flags=frozenset(),
)


def outlined(*items: Item) -> Life:
    return replace(SAME, outlines={"tree/m.py": items})


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (replace(SAME, functions={("tree/m.py", "used", "other"): (3, 70)}), "used in tree/m.py"),
        (replace(SAME, functions={("tree/m.py", "used", "code"): (4, 70)}), "used in tree/m.py"),
        (replace(SAME, functions={("tree/m.py", "used", "code"): (3, 71)}), "used in tree/m.py"),
        (replace(SAME, functions={}), "used in tree/m.py"),
        (replace(SAME, files={"tree/data": "2"}), "data file tree/data"),
        (replace(SAME, files={}), "data file tree/data"),
        (replace(SAME, folders={"tree": "2"}), "folder tree"),
        (replace(SAME, libraries={"lib/x.so": "2"}), "native library lib/x.so"),
        (replace(SAME, references=frozenset({"f"})), "could get to f"),
        (replace(SAME, outlines={}), "statements of tree/m.py"),
        (outlined(Statement(digest="t", count=1), NEVER, USED), "statements of tree/m.py"),
        (outlined(Statement(digest="s", count=2), NEVER, USED), "statements of tree/m.py"),
        (outlined(LOADED[0], NEVER, replace(USED, header="i")), "statements of tree/m.py"),
        (outlined(LOADED[0], NEVER), "statements of tree/m.py"),
        (outlined(NEVER, USED, LOADED[0]), "statements of tree/m.py"),
    ],
)
def test_any_difference_touches_on_either_side_and_at_any_time(other: Life, why: str) -> None:
    for base, head in (
        ((SAME, SAME), (SAME, other)),
        ((SAME, SAME), (other, SAME)),
        ((other, SAME), (SAME, SAME)),
        ((SAME, other), (SAME, SAME)),
    ):
        assert why in str(difference(base, head))


def test_a_flag_touches_even_where_both_sides_are_equal() -> None:
    life = replace(SAME, flags=frozenset({"uses threads"}))
    assert difference((life,), (life,)) == "counting says nothing: it uses threads"


def test_equal_lives_have_no_difference() -> None:
    assert difference((SAME, SAME), (SAME, SAME)) is None


@pytest.mark.parametrize(
    "items",
    [
        (LOADED[0], USED),
        (LOADED[0], replace(NEVER, header="i", whole="v"), USED),
        (Definition(qualname="new", header="h", whole="w"), *LOADED),
        (LOADED[0], NEVER, replace(USED, whole="positions of comments are not in the code")),
    ],
)
def test_functions_that_were_never_entered_may_differ(items: tuple[Item, ...]) -> None:
    assert difference((SAME,), (outlined(*items),)) is None


def test_classes_are_compared_like_modules() -> None:
    def holder(header: str, *items: Item) -> Life:
        return outlined(ClassBody(qualname="A", header=header, items=items))

    method = Definition(qualname="A.never", header="h", whole="w")
    assert difference((holder("h"),), (holder("h", method),)) is None
    assert difference((holder("h"),), (holder("i"),)) == "statements of tree/m.py differ"
    assert difference((holder("h"),), (holder("h", LOADED[0]),)) is not None


@pytest.mark.parametrize(
    ("file", "is_loaded"),
    [("m.py", True), ("src/m.py", True), ("other.py", False), ("mm.py", False)],
)
def test_a_nameless_change_touches_those_who_loaded_its_file(file: str, *, is_loaded: bool) -> None:
    found = difference((SAME,), (SAME,), Changes(implicit={file: "A.__eq__"}))
    assert (found is not None) == is_loaded


@pytest.mark.parametrize(
    ("readers", "file", "is_touched"),
    [
        ({"f_lineno"}, "src/m.py", True),
        ({"f_lineno"}, "other.py", False),
        (set(), "src/m.py", False),
    ],
)
def test_a_comment_touches_who_sees_where_code_stands(
    readers: set[str], file: str, *, is_touched: bool
) -> None:
    life = replace(SAME, readers=frozenset(readers))
    found = difference((life,), (life,), Changes(files=frozenset({file})))
    assert (found is not None) == is_touched


@pytest.mark.parametrize("suspect", ["f", "import:f", "file:f", "composed file:f"])
def test_the_reason_names_what_could_be_reached(suspect: str) -> None:
    life = replace(SAME, references=frozenset({suspect}))
    assert str(difference((life,), (SAME,))).startswith("it could get to f, which changed")


def test_entered_functions_are_told_by_place_and_name() -> None:
    assert entered_functions((SAME, SAME)) == {("tree/m.py", "used")}


CODE = ("tree/m.py", "used", "code")
MADE = ("<made>", "<module>", "1")


@pytest.mark.parametrize(
    ("other", "may_be"),
    [
        (replace(SAME, functions={CODE: (4, 70)}), True),
        (replace(SAME, functions={CODE: (3, 71)}), True),
        (replace(SAME, functions={CODE: (3, 70), ("tree/m.py", "more", "code"): (1, 1)}), True),
        (replace(SAME, functions={}), True),
        (replace(SAME, files={"tree/data": "1", "tree/more": "1"}), True),
        (outlined(Statement(digest="s", count=2), NEVER, USED), True),
        (outlined(Statement(digest="t", count=1), NEVER, USED), False),
        (replace(SAME, functions={("tree/m.py", "used", "other"): (3, 70)}), False),
        (replace(SAME, functions={CODE: (4, 70)}, flags=frozenset({"waits"})), False),
        (replace(SAME, references=frozenset({"f"})), False),
    ],
)
def test_only_other_ways_through_the_same_code_may_be_chance(other: Life, *, may_be: bool) -> None:
    assert may_be_chance((SAME, SAME), (SAME, other)) == may_be
    assert may_be_chance((other, SAME), (SAME, SAME)) == may_be


def test_generated_code_may_differ_by_chance() -> None:
    """``hash`` of a text may stand in it."""
    base = replace(SAME, functions={MADE: (1, 1)})
    head = replace(SAME, functions={(*MADE[:2], "2"): (1, 1)})
    assert may_be_chance((base,), (head,))
