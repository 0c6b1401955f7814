"""The seeded workload: what a company's LLM platform reports, in the hub's native JSON.

Its shape follows the published traces (Azure 2023, ServeGen): a daily cycle, bursts, lognormal tokens with heavy tails,
sessions of several calls, latency that follows from tokens. The same arguments always give the same events.
"""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from perf.workloads.arrivals import AS_PUBLISHED, Bursts, arrivals
from perf.workloads.calls import Json, call, uuid
from perf.workloads.catalog import TEAMS
from perf.workloads.companions import companions

SAME_SESSION = 0.75  # that a team's next call belongs to one of its open sessions
OPEN_SESSIONS = 30


def generate(seed: int, start: datetime, end: datetime, requests: int, bursts: Bursts = AS_PUBLISHED) -> Iterator[Json]:
    """`requests` LLM calls between two instants (aware, UTC), in the order of time, each followed by what it brings along.

    About one event in eleven is not a call; those carry the time of the call that they belong to.
    """
    random = Random(seed)
    sessions: dict[str, list[str]] = {team.name: [] for team in TEAMS}
    weights = [team.weight for team in TEAMS]
    for at in arrivals(random, start, end, requests, bursts):
        (team,) = random.choices(TEAMS, weights)
        event = call(random, at, team, _session(random, sessions[team.name]))
        yield event
        yield from companions(random, at, event)


def _session(random: Random, open_sessions: list[str]) -> str:
    if open_sessions and random.random() < SAME_SESSION:
        return random.choice(open_sessions)
    open_sessions.append(uuid(random))
    del open_sessions[:-OPEN_SESSIONS]
    return open_sessions[-1]
