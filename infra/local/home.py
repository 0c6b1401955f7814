"""Where a local hub keeps what it needs between two commands."""

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Home:
    """One hub per folder; homes may share the environment that the emulator is installed in."""

    folder: Path
    environment: Path

    @classmethod
    def of_project(cls) -> "Home":
        folder = PROJECT / ".local"
        return cls(folder, folder / "emulator")

    @property
    def emulator_file(self) -> Path:
        return self.folder / "emulator.json"

    @property
    def emulator_log(self) -> Path:
        return self.folder / "emulator.log"

    @property
    def scratch(self) -> Path:
        return self.folder / "tmp"

    @property
    def cloud_assembly(self) -> Path:
        return self.folder / "cdk.out"

    @property
    def outputs_file(self) -> Path:
        return self.folder / "outputs.json"

    @property
    def hub_file(self) -> Path:
        return self.folder / "hub.json"

    @property
    def planning_file(self) -> Path:
        """The address and a key of the tenant whose history is forecast."""
        return self.folder / "planning.json"

    @property
    def last_run(self) -> Path:
        return self.folder / "last-run"
