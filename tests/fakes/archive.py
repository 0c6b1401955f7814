"""An archive in memory, that can be told to fail."""

from collections.abc import Iterator, Sequence

from shared.errors import TransientError
from shared.packs.archive import ArchivedObject, Hours, tenant_folder, tenant_in


class InMemoryArchive:
    """While `down`, neither takes nor gives."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.down = False

    def put(self, objects: Sequence[ArchivedObject]) -> None:
        self._answer()
        self.kept.update({each.key: each.data for each in objects})

    def tenants(self) -> list[str]:
        self._answer()
        return [tenant_in(folder) for folder in sorted({"/".join(key.split("/")[:2]) + "/" for key in self.kept})]

    def keys(self, tenant: str, hours: Hours, after: str = "") -> Iterator[str]:
        low, high = max(after, hours.before(tenant)), hours.beyond(tenant)
        return iter([key for key in sorted(self.kept) if key.startswith(tenant_folder(tenant)) and low < key < high])

    def read(self, key: str) -> bytes:
        self._answer()
        try:
            return self.kept[key]
        except KeyError:
            raise TransientError("there is no such object") from None

    def _answer(self) -> None:
        if self.down:
            raise TransientError("the archive is down")
