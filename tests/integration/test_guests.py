"""Real pytest processes in pairs: unchanged suites run, and what goes wrong stays where it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gate.errors import MeasureError
from gate.measure.protocol import Fate
from gate.model import Ailment, Side
from tests.integration.guest_pairs import lay_table, unconfined, walk_all


def _short(name: str) -> str:
    return name.rpartition("::")[2]


def test_every_shape_of_a_messy_suite_is_measured_on_both_sides(tmp_path: Path) -> None:
    """xdist, cov, -x, -W error, reruns, timeouts, --benchmark-only: nothing is changed."""
    catalogue = lay_table(tmp_path, "messy").gather()

    readings, fates = walk_all(catalogue)

    assert not catalogue.failures
    assert not catalogue.notices
    assert {_short(name) for name in readings} == {
        "test_parametrised[ten]",
        "test_parametrised[a thousand]",
        "test_marked_and_fixture",
        "test_keyword_arguments",
        "test_decorator",
        "test_own_fixture[small]",
        "test_own_fixture[large]",
        "test_extra_info",
        "test_whole_test_by_marker",
        "test_whole_test_by_performance_marker",
        "test_once",
        "test_rounds_are_a_limit",
        "test_setup_gives_arguments",
        "test_teardown_follows_each_call",
    }
    failed = {n: f for n, both in fates.items() for f in both.values() if f.fate is not Fate.PASSED}
    assert not failed
    for reading in readings.values():
        assert len(reading.base) == len(reading.head) == reading.pace.slices
        assert all(one.loops == reading.pace.loops for one in reading.base + reading.head)


def test_each_ill_benchmark_is_named_and_the_others_are_measured(tmp_path: Path) -> None:
    catalogue = lay_table(tmp_path, "ill").gather()

    readings, fates = walk_all(catalogue)

    seen = {_short(name): {f.fate for f in both.values()} for name, both in fates.items()}
    assert seen == {
        "test_a_well": {Fate.PASSED},
        "test_raises": {Fate.FAILED},
        "test_raises_after_measuring": {Fate.FAILED},
        "test_crashes": {Fate.CRASHED},
        "test_exits": {Fate.CRASHED},
        "test_never_measures": {Fate.FAILED},
        "test_measures_twice": {Fate.FAILED},
        "test_skips": {Fate.SKIPPED},
        "test_prints_garbage": {Fate.PASSED},
        "test_warns": {Fate.PASSED},
        "test_z_well": {Fate.PASSED},
    }
    messages = {_short(name): both[Side.HEAD].message for name, both in fates.items()}
    assert messages["test_raises"] == "ZeroDivisionError: division by zero (test_ill.py:14)"
    assert messages["test_crashes"].startswith("the process was ended by SIGABRT")
    assert messages["test_exits"].startswith("the process ended with status 0")
    assert "never called its benchmark fixture" in messages["test_never_measures"]
    assert "not on this machine" in messages["test_skips"]
    assert {"test_a_well", "test_prints_garbage", "test_z_well"} <= {_short(n) for n in readings}


def test_a_benchmark_that_hangs_does_not_stop_the_rest(tmp_path: Path) -> None:
    catalogue = lay_table(tmp_path, "hangs").gather()

    readings, fates = walk_all(catalogue, stall_s=3)

    assert {_short(name) for name in readings} == {"test_a_well", "test_z_well"}
    hung = fates["test_hangs.py::test_hangs"]
    assert {finished.fate for finished in hung.values()} == {Fate.HUNG}


def test_a_benchmark_that_is_broken_on_head_alone_is_told_apart(tmp_path: Path) -> None:
    table = lay_table(tmp_path, "messy", ["thing"])
    (table.tree(Side.HEAD) / "thing.py").write_text("def work(n):\n    raise OSError('gone')\n")

    _, fates = walk_all(table.gather("test_pedantic.py"))

    both = fates["test_pedantic.py::test_teardown_follows_each_call"]
    assert both[Side.BASE].fate is Fate.PASSED
    assert both[Side.HEAD].fate is Fate.FAILED
    assert "OSError: gone" in both[Side.HEAD].message


def test_renamed_and_deleted_benchmarks_are_missing_and_those_only_on_head_are_measured(
    tmp_path: Path,
) -> None:
    """Head's files run on both sides, so a new benchmark of old code has a base to compare with."""
    table = lay_table(tmp_path, "ill")
    file = table.tree(Side.HEAD) / "test_ill.py"
    file.write_text(file.read_text().replace("test_a_well", "test_renamed"))

    catalogue = table.gather()

    assert [(f.benchmark.name, f.ailment) for f in catalogue.failures] == [
        ("test_ill.py::test_a_well", Ailment.MISSING)
    ]
    assert "test_ill.py::test_renamed" in {item.name for item in catalogue.items}
    assert "test_ill.py::test_renamed" not in catalogue.own


def test_where_heads_files_do_not_import_on_base_each_side_runs_its_own(tmp_path: Path) -> None:
    table = lay_table(tmp_path, "messy", ["thing"])
    head = table.tree(Side.HEAD)
    (head / "thing.py").write_text((head / "thing.py").read_text() + "NEW = 1\n")
    (head / "test_pedantic.py").write_text(
        "from thing import NEW\n"
        + (head / "test_pedantic.py").read_text()
        + "\n\ndef test_new(benchmark):\n    benchmark(thing.work, NEW)\n"
    )

    catalogue = table.gather()

    assert [(f.benchmark.name, f.ailment) for f in catalogue.failures] == [
        ("test_pedantic.py::test_new", Ailment.NEW)
    ]
    assert "each side runs its own files" in catalogue.notices[0]
    assert "NEW" not in (table.tree(Side.BASE) / "test_pedantic.py").read_text()


def test_a_file_that_head_cannot_import_breaks_its_benchmarks(tmp_path: Path) -> None:
    table = lay_table(tmp_path, "messy", ["thing"])
    file = table.tree(Side.HEAD) / "test_pedantic.py"
    file.write_text("import no_such_module\n" + file.read_text())

    catalogue = table.gather()

    ailments = {f.benchmark.name: f for f in catalogue.failures}
    assert ailments["test_pedantic.py::test_once"].ailment is Ailment.BROKEN_ON_HEAD
    assert "no_such_module" in ailments["test_pedantic.py::test_once"].message
    assert all(item.name.startswith("test_shapes.py") for item in catalogue.items)


def test_a_folder_as_path_lays_over_the_files_in_it_that_hold_benchmarks(tmp_path: Path) -> None:
    table = lay_table(tmp_path, "messy", ["thing"])
    for side in Side:
        (table.tree(side) / "bench").mkdir()
        shutil.move(table.tree(side) / "test_pedantic.py", table.tree(side) / "bench")
    head = table.tree(Side.HEAD) / "bench"
    (head / "test_pedantic.py").write_text((head / "test_pedantic.py").read_text() + "# head\n")
    (head / "helper.txt").write_text("new")

    catalogue = table.gather("bench")

    assert len(catalogue.items) == 4
    base = table.tree(Side.BASE) / "bench"
    assert "# head" in (base / "test_pedantic.py").read_text()
    assert (base / "helper.txt").read_text() == "new"


def test_the_targets_own_code_is_never_laid_over(tmp_path: Path) -> None:
    """The benchmark lies beside the module that it measures."""
    table = lay_table(tmp_path, "messy", ["thing"])
    head = table.tree(Side.HEAD)
    for name in ("thing.py", "test_pedantic.py"):
        (head / name).write_text((head / name).read_text() + "# of head\n")

    table.gather()

    assert "# of head" in (table.tree(Side.BASE) / "test_pedantic.py").read_text()
    assert "# of head" not in (table.tree(Side.BASE) / "thing.py").read_text()


def test_addopts_of_plugins_that_are_not_installed_are_left_out_with_a_notice(
    tmp_path: Path,
) -> None:
    table = lay_table(tmp_path, "hangs")
    for side in Side:
        (table.tree(side) / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")

    catalogue = table.gather()

    assert len(catalogue.items) == 3
    assert "--no-such-option" in catalogue.notices[0]


def test_no_benchmark_at_all_is_an_error_that_says_what_to_write(tmp_path: Path) -> None:
    table = lay_table(tmp_path, "hangs")
    for side in Side:
        (table.tree(side) / "test_hangs.py").write_text("def test_plain(): ...\n")

    with pytest.raises(MeasureError, match="no benchmark found") as caught:
        table.gather()

    assert "benchmark(function)" in caught.value.hint


def test_a_side_that_imports_code_which_is_not_its_own_ends_the_run(tmp_path: Path) -> None:
    table = unconfined(lay_table(tmp_path, "messy", ["thing"]))
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(table.tree(Side.BASE) / "thing.py", tmp_path / "elsewhere")
    for side in Side:
        file = table.tree(side) / "conftest.py"
        path = f"import sys\nsys.path.insert(0, {str(tmp_path / 'elsewhere')!r})\n"
        file.write_text(path + file.read_text())

    with pytest.raises(MeasureError, match="did not run its own code: module thing came from"):
        table.gather()


def test_a_side_that_imports_the_other_sides_code_ends_the_run(tmp_path: Path) -> None:
    """Also under a name that nobody expects, where isolation does not keep it from doing so."""
    table = unconfined(lay_table(tmp_path, "hangs"))
    (table.tree(Side.BASE) / "odd.py").write_text("")
    path = f"import sys\nsys.path.insert(0, {str(table.tree(Side.BASE))!r})\nimport odd\n"
    for side in Side:
        (table.tree(side) / "conftest.py").write_text(path)
    (table.tree(Side.HEAD) / "odd.py").unlink(missing_ok=True)

    with pytest.raises(MeasureError, match="head did not run its own code: module odd"):
        table.gather()
