"""The time left: reckoned from earlier builds and from how far the stages are; a broken memory changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckg.build.outlook import PHASES, Outlook
from ckg.build.pipeline import WORK, Build
from ckg.build.rates import NAME, Rate, Rates

EVERY_STAGE = [stage for phase in PHASES for stage in phase]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(tmp_path: Path) -> Rates:
    """Every stage did 1,000 units in 10 seconds."""
    rates = Rates(tmp_path / NAME)
    for stage in EVERY_STAGE:
        rates.learn(stage, 1_000, 10)
    return rates


def test_a_stage_that_does_not_say_how_far_it_is_counts_down_from_what_it_took_before(
    rates: Rates, clock: Clock
) -> None:
    outlook = Outlook(rates, clock)
    outlook.begin("reason", 2_000)
    assert outlook.left("reason") == pytest.approx(20)
    clock.now += 15
    assert outlook.left("reason") == pytest.approx(5)


def test_where_a_stage_takes_longer_than_ever_nothing_is_promised(rates: Rates, clock: Clock) -> None:
    outlook = Outlook(rates, clock)
    outlook.begin("reason", 1_000)
    clock.now += 11
    assert outlook.left("reason") is None
    assert outlook.left_in_all() is None


def test_a_stage_that_says_how_far_it_is_is_reckoned_by_its_own_speed(rates: Rates, clock: Clock) -> None:
    outlook = Outlook(rates, clock)
    outlook.begin("file", 1_000)
    outlook.advance("file", 500)
    clock.now += 40
    assert outlook.left("file") == pytest.approx(40)


def test_without_a_memory_only_what_is_measured_is_said(tmp_path: Path, clock: Clock) -> None:
    outlook = Outlook(Rates(tmp_path / NAME), clock)
    outlook.begin("file", 1_000)
    assert outlook.left("file") is None
    outlook.advance("file", 100)
    clock.now += 1
    assert outlook.left("file") == pytest.approx(9)
    assert outlook.left_in_all() is None
    assert outlook.share() is None


def test_the_build_takes_the_longest_stage_of_each_phase(rates: Rates, clock: Clock) -> None:
    outlook = Outlook(rates, clock)
    assert outlook.left_in_all() == pytest.approx(10 * len(PHASES))
    outlook.begin("file", 1_000)
    clock.now += 4
    assert outlook.left_in_all() == pytest.approx(10 * len(PHASES) - 4)
    outlook.end("file")
    outlook.begin("validate", 1_000)
    outlook.begin("reason", 3_000)
    assert outlook.left_in_all() == pytest.approx(30 + 10 * 2)


def test_what_was_found_in_the_cache_takes_no_time(rates: Rates, clock: Clock) -> None:
    outlook = Outlook(rates, clock)
    outlook.begin("evidence", 1_000)
    assert outlook.left_in_all() == pytest.approx(10 + 10 * 2)


def test_the_share_goes_from_nothing_to_all(rates: Rates, clock: Clock) -> None:
    outlook = Outlook(rates, clock)
    assert outlook.share() == pytest.approx(0)
    for stage in EVERY_STAGE:
        outlook.begin(stage, 1_000)
        clock.now += 10
        outlook.end(stage)
    assert outlook.share() == pytest.approx(1)


@given(st.floats(0.01, 0.99), st.floats(0.1, 1_000), st.floats(0.1, 1_000))
def test_the_time_left_lies_between_what_is_remembered_and_what_is_measured(
    share: float, known: float, elapsed: float
) -> None:
    clock = Clock()
    rates = Rates(Path("nowhere") / NAME)
    rates.learn("file", 1_000_000, known)
    outlook = Outlook(rates, clock)
    outlook.begin("file", 1_000_000)
    outlook.advance("file", int(share * 1_000_000))
    clock.now += elapsed
    left = outlook.left("file")
    assert left is not None
    bounds = (1 - share) * known, (1 - share) * elapsed, (1 - share) * elapsed / share
    assert min(bounds) * 0.999 <= left <= max(bounds) * 1.001 + 0.001


def test_a_small_run_does_not_spoil_what_a_large_one_taught() -> None:
    rate = Rate(0, 0, 0).after(1_000_000, 10).after(10, 0.5)
    assert rate.seconds / rate.units == pytest.approx(10 / 1_000_000, rel=0.2)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"file": 3}',
        '{"file": {"units": "x"}}',
        '{"file": {"units": 0, "seconds": 1, "size": 1}}',
        '{"file": {"units": 1e999, "seconds": 1, "size": 1}}',
        '{"file": {"units": 9, "seconds": -1, "size": 1}}',
        "\udcff",
    ],
)
def test_a_broken_memory_is_an_empty_one(content: str, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert Rates(path).seconds("file", 1) is None


def test_a_memory_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    Rates(tmp_path / NAME).learn("file", 1, 1)
    Rates(tmp_path / "no folder" / NAME).learn("file", 1, 1)


def test_a_build_remembers_its_stages_and_a_broken_memory_does_not_change_the_release(project, tmp_path: Path) -> None:
    made = project(**{"data/a.ttl": "<a> <b> <c> ."})
    first = Build(made, tmp_path / "first").run()
    path = tmp_path / "first" / WORK / NAME
    assert set(json.loads(path.read_text())) == set(EVERY_STAGE)
    (tmp_path / "second" / WORK).mkdir(parents=True)
    (tmp_path / "second" / WORK / NAME).write_text("no JSON")
    second = Build(made, tmp_path / "second").run()
    assert first.release.id == second.release.id


def test_a_stage_that_failed_is_not_remembered(project, tmp_path: Path) -> None:
    made = project(**{"data/a.ttl": "<a> <b> ."})
    with pytest.raises(Exception, match="object"):
        Build(made, tmp_path / "releases").run()
    assert not (tmp_path / "releases" / WORK / NAME).exists()
