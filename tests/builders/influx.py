"""A real InfluxDB on this machine, in a folder of its own: started by a test, killed and started again, stopped by its id."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import pytest

INFLUXD = Path(__file__).parents[2] / ".tools" / "influxdb" / "usr" / "bin" / "influxd"
HOST = "127.0.0.1"
DATABASE = "llm_analytics"
PATIENCE_SECONDS = 20.0
CONFIGURATION = """
reporting-enabled = false
bind-address = "{host}:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  index-version = "tsi1"
[monitor]
  store-enabled = false
[http]
  bind-address = "{host}:{http}"
  log-enabled = false
[logging]
  level = "error"
"""

Row = dict[str, Any]


class Influxd:
    """Stands at the same address when it is started again."""

    def __init__(self, folder: Path) -> None:
        self._http, self._rpc = _free_ports(2)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._configuration = folder / "influxdb.conf"
        self._configuration.write_text(CONFIGURATION.format(host=HOST, rpc=self._rpc, http=self._http, folder=folder))

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._http}"

    def start(self) -> Self:
        """Returns when it answers."""
        with (self._folder / "influxd.log").open("ab") as log:
            command = [str(INFLUXD), "run", "-config", str(self._configuration)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={"HOME": str(self._folder)})
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self._folder / "influxd.log").read_text()[-2000:])
            time.sleep(0.02)
        return self

    def kill(self) -> None:
        """At once, with nothing written that is not yet on disk."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def create(self, database: str = DATABASE) -> None:
        self.ask(f'CREATE DATABASE "{database}"', database="")

    def write(self, lines: str, database: str = DATABASE) -> None:
        """Line protocol, timestamps in seconds."""
        status, body = self._call("POST", f"/write?{urlencode({'db': database, 'precision': 's'})}", lines.encode())
        assert status == 204, body

    def rows(self, query: str, database: str = DATABASE) -> list[Row]:
        """What a SELECT in InfluxQL finds, a row for each point or group: its columns, and the tags it is grouped by."""
        found = self.ask(query, database).get("series", [])
        return [
            {**series.get("tags", {}), **dict(zip(series["columns"], values, strict=True))}
            for series in found
            for values in series["values"]
        ]

    def ask(self, query: str, database: str = DATABASE) -> Mapping[str, Any]:
        asked = urlencode({"db": database, "epoch": "s", "q": query})
        status, body = self._call("POST", "/query", asked.encode(), "application/x-www-form-urlencoded")
        [answer] = json.loads(body)["results"]
        assert status == 200, answer
        assert "error" not in answer, answer
        return dict(answer)

    def _answers(self) -> bool:
        try:
            return self._call("GET", "/ping")[0] == 204
        except (OSError, HTTPException):
            return False

    def _call(self, method: str, path: str, body: bytes = b"", content_type: str = "text/plain") -> tuple[int, bytes]:
        connection = HTTPConnection(HOST, self._http, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, {"Content-Type": content_type})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _end(self, number: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None


@contextmanager
def influxd(folder: Path) -> Iterator[Influxd]:
    """With an empty database of the mirror in it."""
    if not os.access(INFLUXD, os.X_OK):
        pytest.fail("there is no InfluxDB here: `make influxdb` brings it where apt has one")
    server = Influxd(folder).start()
    try:
        server.create()
        yield server
    finally:
        server.stop()


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[Influxd]:
    """Tests that use it are marked `network`, and import this fixture."""
    with influxd(tmp_path / "influxdb") as server:
        yield server


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
