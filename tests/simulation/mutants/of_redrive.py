"""Mistakes of the stage that gives again what was given up."""

from dataclasses import replace

from functions.redrive.batches import GivenUpBatch
from functions.redrive.redrive import Redrive, Redriven
from shared.errors import RejectedRecordError
from shared.packs.pack import Pack, decode_record, encode_pack


class StampsAnew(Redrive):
    """A pack is put again as if it had been ingested now, so that lateness is decided a second time."""

    def _put_batch(self, batch: GivenUpBatch) -> Redriven:
        records = [replace(record, data=self._stamped(record.data)) for record in batch.records]
        return super()._put_batch(replace(batch, records=records))

    def _stamped(self, data: bytes) -> bytes:
        try:
            content = decode_record(data)
        except RejectedRecordError:
            return data
        if not isinstance(content, Pack):
            return data
        return encode_pack(replace(content.header, ingested_at=self.clock()), content.events)


class EventsOnly(Redrive):
    """Doorbells that rollup did not answer are let go."""

    def _invoke_by_key(self, batch: GivenUpBatch) -> Redriven:  # noqa: ARG002
        return Redriven()


class DeletesFirst(Redrive):
    """The object is removed before what is in it was acknowledged."""

    def publish(self, key: str) -> Redriven:
        failure = self.found(key)
        self.failures.delete(key)
        return self._again(failure)
