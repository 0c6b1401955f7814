"""What the laws of summaries and tables are tried on: observations of every size, sign and repetition."""

from collections.abc import Sequence

import numpy as np
from hypothesis import settings, strategies as st

from shared.measures.observations import Cell
from shared.sketches.bins import LARGEST
from shared.sketches.summaries import Coded, Summaries
from tests.builders.tables import cell

Observed = list[tuple[int, int]]

law = settings(deadline=None, max_examples=100)
table_law = settings(law, max_examples=40)

values = st.one_of(
    st.integers(-60, 60),
    st.integers(-LARGEST, LARGEST),
    st.sampled_from([0, 1, -1, LARGEST, -LARGEST, LARGEST - 1, 2**24, 2**32 - 1]),
    st.builds(lambda power, near: 2**power + near, st.integers(2, 47), st.integers(-2, 2)),
)
codes = st.one_of(st.integers(0, 4), st.integers(0, 2**40))
observed = st.lists(st.tuples(codes, values), max_size=30)
batches = st.lists(observed, max_size=4)
cells = st.builds(
    cell,
    st.sampled_from(["gpt-4o", "claude", None]),
    tenant=st.sampled_from(["acme", "globex"]),
    provider=st.sampled_from(["openai", None]),
    team=st.sampled_from(["search", "ads", None, ""]),
)
measured = st.dictionaries(st.sampled_from(["latency_ms", "errors", "zeta"]), values, max_size=3)
events = st.lists(st.tuples(cells, measured), max_size=10)
Events = list[tuple[Cell, dict[str, int]]]


def summarised(batch: Sequence[tuple[int, int]]) -> Coded:
    code, value = np.array(batch, np.int64).reshape(-1, 2).T
    return Summaries.of(code.copy(), value.copy())


def same(left: Coded, right: Coded) -> bool:
    return np.array_equal(left[0], right[0]) and left[1] == right[1]
