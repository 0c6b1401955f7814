"""Storms: many series that deviate for one cause are one alert, which names what they have in common."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import Final

from shared.anomalies.anomaly import LEARNED, Anomaly, Kind, Series
from shared.anomalies.explanation import described
from shared.anomalies.watched import Family, family_of

Place = frozenset[tuple[str, str | None]]
"""Dimensions with their values; the empty place is all of the tenant."""
Population = Mapping[tuple[str, Family], Mapping[Place, int]]

WITH_IT: Final = " With it, "
"""Before what the sentence of a storm says of the others."""
COARSE: Final = frozenset({"provider", "source_module", "environment"})
"""Dimensions that no grouping combines with others: what deviates by one of these may lie in or around any place."""


def population_of(known: Iterable[Series]) -> Population:
    """How many known series of a tenant and family lie in each place."""
    counted: defaultdict[tuple[str, Family], Counter[Place]] = defaultdict(Counter)
    for series in known:
        if family := family_of(series):
            counted[series.tenant, family].update(_places_around(series))
    return counted


def grouped(found: Sequence[Anomaly], known: Sequence[Anomaly], population: Population) -> list[Anomaly]:
    """The anomalies that began in one window, those of one cause behind one that speaks for them all.

    `known` are anomalies that began shortly before and still go on: what belongs to a storm of these joins it. Of the
    others, those of a tenant and family that lie in or around the place which explains them best come together. That is
    the place with the greatest F1 of (how many of its series deviate, how many of the deviating it holds): what encloses
    it (the total, its provider) or crosses it (a team that uses the model) deviates because of it.
    """
    storms = _storms(known)
    joined = {one.id: storm for one in found if (storm := _storm_of(one, storms, found))}
    answer = [replace(one, group=joined[one.id]) for one in found if one.id in joined]
    for group, place in _causes([one for one in found if one.id not in joined], population):
        answer += _behind_one(group, place)
    return answer


def place_of(series: Series) -> Place:
    return frozenset(series.dimensions.items())


@dataclass(frozen=True, slots=True)
class _Storm:
    speaker: Anomaly
    members: list[Anomaly]

    @property
    def places(self) -> list[Place]:
        return [place_of(one.series) for one in self.members]

    @property
    def families(self) -> set[Family | None]:
        return {_family(one) for one in self.members}

    @property
    def cause(self) -> Place:
        common = self.speaker.common
        return frozenset((self.speaker.series.dimensions if common is None else common).items())


def _storms(known: Sequence[Anomaly]) -> list[_Storm]:
    members: defaultdict[str, list[Anomaly]] = defaultdict(list)
    for one in known:
        members[one.group or one.id].append(one)
    return [_Storm(one, members[one.id]) for one in known if one.is_alone]


def _storm_of(anomaly: Anomaly, storms: Sequence[_Storm], found: Sequence[Anomaly]) -> str | None:
    """The id of who speaks for a storm that has the same family in it, or of any that is wholly around this place."""
    family, place = _family(anomaly), place_of(anomaly.series)
    beside = [place_of(one.series) for one in found if one.tenant == anomaly.tenant]
    for storm in storms:
        of_one_kind = family in storm.families or (storm.cause and storm.cause <= place)
        is_near = of_one_kind and _is_explained(place, storm.cause, [*storm.places, *beside])
        if family and storm.speaker.tenant == anomaly.tenant and is_near and _may_hide(storm, anomaly):
            return storm.speaker.id
    return None


def _may_hide(storm: _Storm, anomaly: Anomaly) -> bool:
    """That nothing comes any more is no part of a storm in which much has come: people are told of it."""
    return anomaly.kind is not Kind.SILENCE or any(one.kind is Kind.SILENCE for one in storm.members)


def _causes(found: Sequence[Anomaly], population: Population) -> list[tuple[list[Anomaly], Place]]:
    """Anomalies with the place that explains them; a place that explains several families is one cause of all."""
    by_family: defaultdict[tuple[str, Family], list[Anomaly]] = defaultdict(list)
    causes: list[tuple[list[Anomaly], Place]] = []
    for anomaly in found:
        if family := _family(anomaly):
            by_family[anomaly.tenant, family].append(anomaly)
        else:
            causes.append(([anomaly], place_of(anomaly.series)))
    shared: defaultdict[tuple[str, Place], list[Anomaly]] = defaultdict(list)
    for (tenant, family), own in by_family.items():
        for group, place in _explained(own, population.get((tenant, family), {})):
            shared[tenant, place] += group
    return causes + [(group, place) for (_, place), group in shared.items()]


def _explained(found: list[Anomaly], population: Mapping[Place, int]) -> Iterable[tuple[list[Anomaly], Place]]:
    """The best place with what lies in it or around it, then the best one of what is left."""
    while found:
        candidates = set(chain.from_iterable(_places_around(anomaly.series) for anomaly in found))
        places = [place_of(anomaly.series) for anomaly in found]
        best = max(candidates, key=lambda place: (_f1(place, places, population), *_weight(place, found)))
        group = [one for one in found if _is_explained(place_of(one.series), best, places)]
        yield group, best
        found = [one for one in found if one not in group]


def _weight(place: Place, found: Sequence[Anomaly]) -> tuple[float, int, list[str]]:
    """Of places that explain as much, the one that is itself the most unusual, then the narrower one."""
    scores = [one.score for one in found if place_of(one.series) == place]
    return max(scores, default=0.0), len(place), sorted(map(str, place))


def _f1(place: Place, deviating: Sequence[Place], population: Mapping[Place, int]) -> float:
    inside = sum(place <= other for other in deviating)
    return 2 * inside / (max(population.get(place, 0), inside) + len(deviating))


def _is_explained(place: Place, cause: Place, deviating: Sequence[Place]) -> bool:
    """It is in the cause, or around it, or crosses it in a series that deviates, or may do so for all that is known."""
    crosses = any(cause <= other and place <= other for other in deviating)
    return cause <= place or place <= cause or crosses or {name for name, _ in place} <= COARSE


def _family(anomaly: Anomaly) -> Family | None:
    """None for what a user's rule has found: that speaks for itself."""
    return family_of(anomaly.series) if anomaly.detector == LEARNED else None


def _behind_one(group: list[Anomaly], place: Place) -> list[Anomaly]:
    """One that stands exactly in the common place speaks for all, else the most unusual; as severe as the worst. Errors
    speak first: calls that fail take tokens, cost and time with them, and not the other way round.
    """
    speaker = max(group, key=lambda one: (place_of(one.series) == place, *_telling(one)))
    if len(group) == 1:
        return [speaker]
    others = [replace(one, group=speaker.id) for one in group if one is not speaker]
    common = dict(sorted(place, key=str))
    whose = described(common) or " of the tenant"
    many = "another series" if len(others) == 1 else f"{len(others)} other series"
    verb = "deviates" if len(others) == 1 else "deviate"
    explanation = f"{speaker.explanation}{WITH_IT}{many}{whose} {verb}."
    severity = max((one.severity for one in group), key=lambda severity: severity.rank)
    return [replace(speaker, severity=severity, members=len(others), common=common, explanation=explanation), *others]


def _telling(anomaly: Anomaly) -> tuple[bool, int, float, str]:
    return _family(anomaly) is Family.ERRORS, anomaly.severity.rank, anomaly.score, anomaly.id


def _places_around(series: Series) -> Iterable[Place]:
    """Every set of the dimensions of a series, the empty one too."""
    own = sorted(series.dimensions.items(), key=str)
    return (frozenset(some) for size in range(len(own) + 1) for some in combinations(own, size))
