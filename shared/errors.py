"""Every error the hub raises on purpose, in one tree.

HubError
├── RejectedError            the data's fault: never retried, always counted
│   ├── RejectedRequestError an HTTP request that cannot be served, with its status
│   ├── RejectedEventError   one item of a request
│   ├── RejectedRecordError  one record of a stream that cannot be read
│   └── NotEnoughData        an estimate was asked of nothing
└── TransientError           the world's fault: retried
    └── UnacknowledgedError  a stream took records in part, or none
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta


class HubError(Exception):
    """Root of the tree; never raised itself."""


class RejectedError(HubError):
    """The data's fault. `code` is what a program acts on, `message` what a person reads."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class RejectedRequestError(RejectedError):
    """An HTTP request that is answered with `status` (4xx) and, per field, what was wrong."""

    def __init__(self, status: int, code: str, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code, message)
        self.status = status
        self.fields = dict(fields or {})


class RejectedEventError(RejectedError):
    """One item of a request that is not a valid event; its neighbours are unharmed."""


class RejectedRecordError(RejectedError):
    """One stream record that no retry can make readable; it goes to quarantine with its bytes."""


class NotEnoughData(RejectedError):
    """An estimate was asked of a summary that has seen nothing: nothing seen is not zero."""

    def __init__(self, message: str = "no observation has been seen") -> None:
        super().__init__("not_enough_data", message)


class TransientError(HubError):
    """The world's fault: the same call may succeed later. `retry_after` is a hint for clients."""

    def __init__(self, message: str, retry_after: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnacknowledgedError(TransientError):
    """What a stream did not take: the positions of these records among those that were put, in order.

    The others are in the stream for good. `is_throttled` says that nothing but the stream's own limits stood in the way.
    """

    def __init__(self, message: str, positions: Sequence[int], *, is_throttled: bool = False) -> None:
        super().__init__(message)
        self.positions = tuple(positions)
        self.is_throttled = is_throttled
