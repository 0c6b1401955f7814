"""The hub's own metrics, declared once: CloudWatch names, sent in the embedded metric format (EMF)."""

from enum import StrEnum


class MetricName(StrEnum):
    """Every metric a stage emits; the dimension is the stage (`service`), units are counts unless the name says so."""

    EVENTS_RECEIVED = "EventsReceived"
    EVENTS_PUBLISHED = "EventsPublished"
    EVENTS_REJECTED = "EventsRejected"
    EVENT_PUBLISH_DURATION = "EventPublishDuration"
    TICKS_PUBLISHED = "TicksPublished"
    RECORDS_CONSUMED = "RecordsConsumed"
    RECORDS_QUARANTINED = "RecordsQuarantined"
    EVENTS_FOLDED = "EventsFolded"
    EVENTS_LATE = "EventsLate"
    EVENTS_DUPLICATE = "EventsDuplicate"
    AGGREGATION_DURATION = "AggregationDuration"
    WINDOWS_ANNOUNCED = "WindowsAnnounced"
    WINDOWS_REVISED = "WindowsRevised"
    ROLLUPS_WRITTEN = "RollupsWritten"
    WATERMARK_AGE = "WatermarkAge"
    CURSOR_AGE = "CursorAge"
    QUERIES_ANSWERED = "QueriesAnswered"
    REQUESTS_REFUSED = "RequestsRefused"
    EVENTS_EXPIRED = "EventsExpired"
    REQUESTS_AUTHORIZED = "RequestsAuthorized"
    KEY_COMMANDS = "KeyCommands"
