"""Signals of anomalies."""

import pytest

from shared.anomalies.anomaly import Kind
from shared.incidents.from_anomalies import signal_of
from tests.builders.anomalies import anomaly


@pytest.mark.parametrize(
    ("kind", "observed", "expected", "magnitude"),
    [
        (Kind.SPIKE, 30.0, 10.0, 20.0),
        (Kind.DROP, 3.0, 10.0, -7.0),
        (Kind.SILENCE, None, 10.0, -10.0),
        (Kind.SPIKE, 30.0, None, None),
        (Kind.THREAT, None, None, None),
    ],
)
def test_how_much_more_there_is_than_usual_or_how_much_is_missing(
    kind: Kind, observed: float | None, expected: float | None, magnitude: float | None
) -> None:
    assert signal_of(anomaly(kind=kind, observed=observed, expected=expected)).magnitude == magnitude
