"""All mutants by name, with the rule of the window protocol that each of them breaks."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.simulation.design import Design
from tests.simulation.mutants import (
    of_aggregation,
    of_detection,
    of_ingestion,
    of_redrive,
    of_rollup,
    of_segments,
    of_state,
)
from tests.simulation.segmented import SimulatedSegmentStore

NEVER = float("inf")
_AGGREGATE = "functions.aggregation.aggregate"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A safeguard that is missing; `rule` is the one of the window protocol that asks for it."""

    name: str
    rule: str
    design: Design


def _mutant(name: str, rule: str, **design: Any) -> Mutant:
    return Mutant(name, rule, replace(Design(), **design))


def _replaced(name: str, value: Any) -> dict[str, Any]:
    return {"replaced": ((name, value),)}


MUTANTS = (
    _mutant("state put without condition", "2", state=of_state.PutWithoutCondition),
    _mutant("no ids", "2", state=of_state.NoIds),
    _mutant("naive ADD", "2", state=of_state.NaiveAdd),
    _mutant("sequence checkpoints alone", "2", state=of_state.SequenceCheckpoints, aggregator=of_state.ByCheckpoint),
    _mutant("float sums", "2", **_replaced("shared.sketches.wide.Wide.sums", of_aggregation.float_sums)),
    _mutant("state keyed by shard", "1", **_replaced(f"{_AGGREGATE}._read", of_aggregation.state_by_shard)),
    _mutant(
        "late counted by arrival",
        "2",
        **_replaced(f"{_AGGREGATE}.Contents.of", of_aggregation.late_in_the_minute_of_arrival),
    ),
    _mutant(
        "lateness at processing time",
        "2",
        **_replaced(f"{_AGGREGATE}._read", of_aggregation.late_at_processing_time),
    ),
    _mutant(
        "dedup reads only the newest segment",
        "3",
        **_replaced("functions.aggregation.arrivals.Arrivals.missing_in", of_state.newest_segment_only),
        scenario={"small_segments": True},
    ),
    _mutant("poison raises", "4", **_replaced(f"{_AGGREGATE}._refused", of_aggregation.poison_raises)),
    _mutant("progress before state", "4", aggregator=of_aggregation.ProgressBeforeState),
    _mutant("progress goes back", "4", state=of_state.ProgressGoesBack),
    _mutant(
        "producer's clock with 3 s skew",
        "4",
        **_replaced(f"{_AGGREGATE}._progress", of_aggregation.progress_by_the_producers_clock),
        scenario={"host_skew": (-3.0, 3.0)},
    ),
    _mutant(
        "producer's clock an hour ahead",
        "4",
        **_replaced(f"{_AGGREGATE}._progress", of_aggregation.progress_by_the_producers_clock),
        scenario={"host_skew": (0.0, 3600.0)},
    ),
    _mutant("arrival jitter without guard", "4", **_replaced(f"{_AGGREGATE}.ARRIVAL_GUARD", of_aggregation.NO_GUARD)),
    _mutant("lane is not p", "5", lane_of=lambda record: int(record.sequence), scenario={"lanes": 3, "batch_size": 2}),
    _mutant("progress in a table without a stream", "6", state=of_state.ProgressWithoutStream),
    _mutant("giving up after 2 tries", "7", most_tries=2, scenario={"gives_up_after": NEVER}),
    _mutant(
        "redrive stamps anew",
        "8",
        redrive=of_redrive.StampsAnew,
        scenario={"gives_up_after": 5.0, "allowed_lateness": timedelta(seconds=60)},
    ),
    _mutant("stream batches not redriven", "8", redrive=of_redrive.EventsOnly, scenario={"gives_up_after": 5.0}),
    _mutant(
        "redrive forgets what it could not put", "8", redrive=of_redrive.DeletesFirst, scenario={"gives_up_after": 5.0}
    ),
    _mutant(
        "watermark is the greatest progress",
        "9",
        **_replaced("functions.rollup.roll_up.watermark", of_rollup.greatest_progress),
    ),
    _mutant("state read before progress", "9", roll_up=of_rollup.StateBeforeProgress),
    _mutant("announced out of order", "9", roll_up=of_rollup.NewestFirst),
    _mutant("cursor without condition", "10", closed=of_rollup.CursorWithoutCondition),
    _mutant("cursor before publishing", "10", roll_up=of_rollup.CursorBeforePublishing),
    _mutant("eventually consistent Query", "11", state=of_state.StaleReads),
    _mutant("rows without condition", "11", rollups=of_rollup.RowsWithoutCondition),
    _mutant("head without condition", "11", closed=of_rollup.HeadWithoutCondition),
    _mutant("head before rows", "11", publisher=of_rollup.HeadBeforeRows),
    _mutant("head before parts", "11", closed=of_rollup.HeadBeforeParts),
    _mutant("parts keyed by version", "11", closed=of_rollup.PartsKeyedByVersion),
    _mutant("no empty windows", "11", publisher=of_rollup.NoEmptyWindows),
    _mutant("no revisions", "12", roll_up=of_rollup.NoRevisions),
    _mutant("progress not read again after a revision", "12", roll_up=of_rollup.OldCursorForParents),
    _mutant("progress not read again after each resolution", "12", roll_up=of_rollup.OldCursorForGrandparents),
    _mutant("parent only if the child changed", "12", roll_up=of_rollup.ParentsOfChangedChildren),
    _mutant("edge-triggered rollup", "13", state=of_state.RungByTheWriter, aggregator=of_state.TellsRollup),
    _mutant("no bisection", "14", bisects=False, scenario={"rollup_capacity": 2}),
    _mutant("detector without condition", "15", folds=of_detection.WithoutCondition),
    _mutant("detector trusts stream order", "15", detector=of_detection.TrustsStreamOrder),
    _mutant("detector starts at the first doorbell", "15", detector=of_detection.StartsAtTheFirstDoorbell),
    _mutant("anomalies before the commit", "15", detector=of_detection.AnomaliesBeforeTheCommit),
    _mutant("anomalies after the commit without pending", "15", detector=of_detection.AfterItWithoutPending),
    _mutant("revisions folded", "16", detector=of_detection.FoldsRevisions),
    _mutant("revisions not judged again", "16", detector=of_detection.NeverJudgesAgain),
    _mutant("a partition without tick", "18", unticked=1),
    _mutant("P changed", "18", grows_partitions=True),
    _mutant(
        "no tombstones",
        "20",
        **_replaced("functions.rollup.publish._rows", of_rollup.no_tombstones),
        scenario={"series_limit": 1},
    ),
    _mutant("rows over tombstones", "20", rollups=of_rollup.RowsOverTombstones, scenario={"series_limit": 1}),
    _mutant("segments: head without condition", "2", state=of_segments.HeadWithoutCondition),
    _mutant("segments: put on any head", "2", state=of_segments.PutOnAnyHead),
    _mutant("segments: head before segment", "2", state=of_segments.HeadBeforeSegments),
    _mutant("segments: named by number", "2", state=of_segments.SegmentsNamedByNumber),
    _mutant("segments: merge loses one", "2", state=of_segments.MergeLosesASegment),
    _mutant("segments: merge forgets late ids", "2", state=of_segments.MergeForgetsLateIds),
    _mutant(
        "segments: dedup reads only the newest",
        "3",
        **_replaced("functions.aggregation.arrivals.Arrivals.missing_in", of_state.newest_segment_only),
        state=SimulatedSegmentStore,
    ),
    _mutant("segments: eventually consistent heads", "11", state=of_segments.StaleHeads),
    _mutant(
        "what a newer release packed is unreadable",
        "upgrade",
        **_replaced("shared.packs.pack.TransientError", of_aggregation.unreadable),
    ),
    _mutant("partial failures not resent", "ingest", stream=of_ingestion.PartialFailuresIgnored),
    _mutant("202 before the stream's answer", "ingest", stream=of_ingestion.FailuresIgnored),
    _mutant("202 whatever brokers answer", "ingest", is_kafka=True, topic=of_ingestion.SilenceTakenForAcknowledgement),
    _mutant(
        "not all that was left out is told",
        "ingest",
        stream=of_ingestion.OnlyTheLastUnacknowledged,
        scenario={"resends_unaccepted": True},
    ),
)
