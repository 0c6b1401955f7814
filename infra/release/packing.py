"""What was built as files that can be signed and handed on: the same content gives the same bytes."""

import gzip
import shutil
import tarfile
from pathlib import Path

PREFIX, SUFFIX = "assembly-", ".tar.gz"


def pack(assemblies: Path, lists: Path, target: Path) -> None:
    """Each cloud assembly as an archive of its own, and the bills of materials beside them."""
    target.mkdir(parents=True, exist_ok=True)
    for assembly in sorted(path for path in assemblies.iterdir() if path.is_dir()):
        _archive(assembly, target / f"{PREFIX}{assembly.name}{SUFFIX}")
    for listing in sorted(lists.glob("*.json")):
        shutil.copy(listing, target / listing.name)


def unpack(packed: Path, build: Path) -> None:
    """Back to where `make build` had put them."""
    for archive in sorted(packed.glob(f"{PREFIX}*{SUFFIX}")):
        name = archive.name.removeprefix(PREFIX).removesuffix(SUFFIX)
        with tarfile.open(archive) as tar:
            tar.extractall(build / "assembly" / name, filter="data")


def _archive(folder: Path, archive: Path) -> None:
    with (
        archive.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_without_chance)


def _without_chance(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Neither who packed it nor when, but whether it can be run."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry
