"""However messages are lost, doubled and reordered, and however often a client leaves and comes back, it sees every entry
of the journal once and in order.
"""

from random import Random

from hypothesis import given, settings, strategies as st

from functions.live.incoming import Happened
from shared.live.journal import Fact, News
from shared.live.stores import Reached
from tests.builders.listening import ListeningHub, Viewer

STEPS = st.lists(
    st.sampled_from(["news", "news", "news", "lose", "shuffle", "double", "hang up", "unreachable"]), max_size=40
)


@settings(deadline=None, max_examples=150)
@given(STEPS, st.randoms(use_true_random=False))
def test_a_client_sees_everything_once_and_in_order(steps: list[str], random: Random) -> None:
    session = _Session(random)

    for step in steps:
        session.do(step)
    session.come_back()

    assert session.viewer.seen == list(range(session.first, session.hub.store.head("acme") + 1))
    assert session.viewer.reloads == 0


class _Session:
    """A viewer, and the wire between it and the hub."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.hub = ListeningHub()
        self.viewer = Viewer()
        self.connections = 0
        self.facts = 0
        self._connect()
        self.viewer.take(self.hub.say(self.name, action="subscribe", id="x", topic="anomalies"))
        self.first = self.viewer.last + 1

    @property
    def name(self) -> str:
        return f"c{self.connections}"

    def do(self, step: str) -> None:
        if step == "news":
            self._happen()
        elif step == "hang up":
            self.hub.hang_up(self.name)
            self._happen()
            self._connect()
            self._ask()
        else:
            self._fault(step)

    def come_back(self) -> None:
        """Whatever is missing is asked for, until a heartbeat's number has been seen."""
        self.hub.clients.reached[self.name] = Reached.YES
        if self.hub.store.connection(self.name) is None:
            self._connect()
        while self.viewer.take(self.hub.say(self.name, action="ping")):
            self.viewer.take(self.hub.say(self.name, action="resume", after=self.viewer.last))

    def _connect(self) -> None:
        self.connections += 1
        self.hub.connect(self.name)

    def _happen(self) -> None:
        """Some news, of which some come again."""
        self.facts += self.random.randint(0, 2)
        facts = [Fact(News.ANOMALY, "a1", number) for number in range(max(0, self.facts - 3), self.facts)]
        self._deliver(lambda messages: messages, facts)

    def _fault(self, kind: str) -> None:
        self.facts += 3
        facts = [Fact(News.ANOMALY, "a1", number) for number in range(self.facts - 3, self.facts)]
        if kind == "unreachable":
            self.hub.clients.reached[self.name] = Reached.NO
        change = {
            "lose": lambda messages: messages[1:],
            "double": lambda messages: messages * 2,
            "shuffle": lambda messages: self.random.sample(messages, len(messages)),
            "unreachable": lambda messages: messages,
        }[kind]
        self._deliver(change, facts)
        self.hub.clients.reached[self.name] = Reached.YES

    def _deliver(self, change, facts) -> None:  # type: ignore[no-untyped-def]
        received = self.hub.clients.received[self.name]
        before = len(received)
        self.hub.desk.tell([Happened(fact, "acme") for fact in facts])
        if self.viewer.take(change(received[before:])):
            self._ask()

    def _ask(self) -> None:
        if self.hub.store.connection(self.name):
            self.viewer.take(self.hub.say(self.name, action="resume", after=self.viewer.last))
