"""The bills as the README shows them."""

from collections.abc import Sequence
from typing import Final

from perf.cost.bill import Bill

NAIVE_PER_MILLION_USD = 1.79
"""A Lambda call and a write of one unit for each event, and one more for its idempotency."""
_PLAIN: Final = {
    "AWS::ApiGateway::RestApi": "gateway",
    "AWS::Kinesis::Stream": "stream",
    "AWS::Logs::LogGroup": "logs",
    "AWS::S3::Bucket": "archive",
}


def markdown(bills: Sequence[Bill]) -> str:
    """A row for each size of hub."""
    naive = f"| any | | {NAIVE_PER_MILLION_USD} | a design that calls and writes for each event, for comparison |"
    rows = [
        "| events/s | USD a month | USD for a million events | the dearest |",
        "|---|---|---|---|",
        *(
            f"| {bill.shape.events_per_second:,} | {bill.month_usd:,.0f} | {_money(bill.per_million_usd)} | {_dearest(bill)} |"
            for bill in bills
        ),
        naive,
    ]
    return "\n".join(rows)


def senders_markdown(bills: Sequence[Bill]) -> str:
    """A row for each number of events that a client sends at once."""
    rows = [
        "| events in a request | USD a month | USD for a million events |",
        "|---|---|---|",
        *(
            f"| {bill.shape.events_per_post:,} | {bill.month_usd:,.0f} | {_money(bill.per_million_usd)} |"
            for bill in bills
        ),
    ]
    return "\n".join(rows)


def _money(usd: float) -> str:
    return f"{usd:.2f}" if usd >= 1 else f"{usd:.3f}"


def _dearest(bill: Bill) -> str:
    by_size = sorted(bill.lines, key=lambda line: -line.month_usd)[:3]
    return ", ".join(f"{_plain(line.kind, line.name)} {line.month_usd / bill.month_usd:.0%}" for line in by_size)


def _plain(kind: str, name: str) -> str:
    if kind == "AWS::DynamoDB::Table":
        return f"table {name.rstrip('0123456789ABCDEF')}"
    return _PLAIN.get(kind, name.partition("Function")[0].lower() or kind)
