"""What the hub takes for granted of InfluxDB, shown on a real one."""

import pytest

from tests.builders.influx import Influxd, influx

__all__ = ["influx"]

pytestmark = pytest.mark.network


def test_a_point_written_again_replaces_the_fields_it_names(influx: Influxd) -> None:
    influx.write("window_1m,tenant=acme,measure=cost count=1i,mean=0.1,max=3 60")

    influx.write("window_1m,tenant=acme,measure=cost count=2i,mean=0.30000000000000004 60")

    [row] = influx.rows("SELECT * FROM window_1m")
    assert row == {"time": 60, "tenant": "acme", "measure": "cost", "count": 2, "mean": 0.30000000000000004, "max": 3}


def test_what_was_acknowledged_outlives_a_kill(influx: Influxd) -> None:
    influx.write("\n".join(f"window_1m,tenant=acme count={at}i {at}" for at in range(1000)))

    influx.kill()
    influx.start()

    assert [row["count"] for row in influx.rows("SELECT count FROM window_1m")] == list(range(1000))
