"""Whatever happens in whatever order: once all is settled, every row equals a recomputation from all events at once."""

from hypothesis import given, settings, strategies as st

from shared.measures.observations import Cell
from shared.windows.window import Resolution, Window
from tests.builders.rolling import DELAY, RollingHub, minute
from tests.builders.tables import cell

MINUTES = 8
numbers = st.integers(-3, MINUTES)
folds = st.tuples(st.just("fold"), numbers, st.integers(0, 1), st.integers(0, 30))
ticks = st.tuples(st.just("tick"), numbers, st.integers(0, 1))
doorbells = st.tuples(st.just("wake"), st.lists(numbers, max_size=3))
histories = st.lists(st.one_of(folds, ticks, doorbells), max_size=25)


def event(number: int) -> tuple[Cell, dict[str, int]]:
    return cell(f"model-{number % 7}", team=f"team-{number % 3}"), {"input_tokens": number, "latency_ms": number**3}


def lived(history: list[tuple], series_limit: int) -> RollingHub:  # type: ignore[type-arg]
    hub = RollingHub(series_limit)
    hub.begin_at(minute(0))
    for step in history:
        match step:
            case ("fold", number, partition, payload):
                hub.fold(minute(number), event(payload), partition=partition)
            case ("tick", number, partition):
                hub.state.advance_progress(partition, minute(number).end + DELAY)
            case ("wake", touched):
                hub.wake(*(minute(number) for number in touched))
    hub.close(minute(60), *hub.folded_minutes())
    return hub


def windows() -> list[Window]:
    minutes = [minute(number) for number in range(-3, MINUTES + 1)]
    return list({window for some in minutes for window in (some, *some.parents)})


@given(histories)
@settings(max_examples=25, deadline=None)
def test_rows_equal_a_batch_recomputation(history: list[tuple]) -> None:  # type: ignore[type-arg]
    hub = lived(history, series_limit=5000)

    for window in windows():
        assert hub.rows(window) == hub.batch_recomputation(window)


@given(histories)
@settings(max_examples=15, deadline=None)
def test_over_the_series_limit_the_order_of_things_leaves_no_trace(history: list[tuple]) -> None:  # type: ignore[type-arg]
    as_it_was, all_at_once = lived(history, 6), lived([step for step in history if step[0] == "fold"], 6)

    for window in windows():
        assert as_it_was.rows(window) == all_at_once.rows(window)


@given(histories)
@settings(max_examples=25, deadline=None)
def test_minutes_are_announced_in_order_and_versions_only_grow(history: list[tuple]) -> None:  # type: ignore[type-arg]
    hub = lived(history, series_limit=5000)

    first_heads = list(dict.fromkeys(head.window for head in hub.closed.announced))
    announced = [w for w in first_heads if w.resolution is Resolution.MINUTE and w.start >= minute(0).start]
    assert announced == sorted(announced)
    assert len(announced) == 61
    for window in first_heads:
        versions = [head.version for head in hub.closed.announced if head.window == window]
        assert versions == sorted(set(versions))
