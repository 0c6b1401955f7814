"""The digest of a built cloud assembly: the same inputs must give the same, wherever and whenever they are built."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

UNSTABLE = (".metadata.json",)
"""Where constructs stand in the source, with the path of this checkout: deployed nowhere."""
LISTING = "SHA256SUMS"


def digests(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file's SHA-256 and name under the folder, in the order of names."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if not name.endswith(UNSTABLE) and name != LISTING:
            yield hashlib.sha256(file.read_bytes()).hexdigest(), name


def write_digests(folder: Path) -> str:
    """Writes the listing as sha256sum does, and answers its own digest, which stands for all."""
    listing = "".join(f"{digest}  {name}\n" for digest, name in digests(folder))
    (folder / LISTING).write_text(listing)
    return hashlib.sha256(listing.encode()).hexdigest()


def differences(one: Path, other: Path) -> list[str]:
    """The files that are not the same in both."""
    return sorted({name for _, name in set(digests(one)) ^ set(digests(other))})
