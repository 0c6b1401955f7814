"""What people are told of an incident is what the published schema says; the notice itself is held to it in integration."""

from shared.incidents.schema import PUBLISHED, published_text


def test_the_published_schema_is_the_one_in_the_code() -> None:
    assert PUBLISHED.read_text() == published_text()
