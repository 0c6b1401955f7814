"""What has no payload of its own: a type the producer names and any JSON, carried as it came."""

from msgspec import Raw, Struct

from shared.events.fields import Name


class CustomPayload(Struct, tag_field="payload_type", tag="custom", gc=False):
    custom_type: Name
    data: Raw
