"""What the deployment tells a function is what the function asks for."""

import importlib
from typing import Any

import msgspec
import pytest

from tests.infra.synthesised import STAGES, Synthesised

# Powertools and numpy read these by themselves.
OF_THE_LIBRARY = {"POWERTOOLS_LOG_LEVEL", "OPENBLAS_NUM_THREADS"}


def settings_class(stage: str) -> Any:
    return importlib.import_module(f"functions.{stage}.settings").Settings


def names_asked_for(settings: Any) -> set[str]:
    if issubclass(settings, msgspec.Struct):
        return {field.encode_name for field in msgspec.structs.fields(settings)}
    return {field.alias or name for name, field in settings.model_fields.items()}


@pytest.mark.parametrize("stage", STAGES)
def test_environment_satisfies_settings(stage: str, prod: Synthesised, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in prod.environment(stage).items():
        monkeypatch.setenv(name, value)

    settings = settings_class(stage).from_environment()

    assert settings.service_name == stage


@pytest.mark.parametrize("stage", STAGES)
def test_environment_has_nothing_that_settings_do_not_ask_for(stage: str, prod: Synthesised) -> None:
    told = set(prod.environment(stage))

    assert told - OF_THE_LIBRARY - names_asked_for(settings_class(stage)) == set()


@pytest.mark.parametrize(
    "setting",
    [
        "PARTITIONS",
        "STATE_LAYOUT",
        "CLOSING_DELAY_SECONDS",
        "SERIES_LIMIT",
        "GROUPINGS",
        "POWERTOOLS_METRICS_NAMESPACE",
    ],
)
def test_stages_that_share_a_setting_are_told_the_same(setting: str, prod: Synthesised) -> None:
    told = {prod.environment(stage)[setting] for stage in STAGES if setting in prod.environment(stage)}

    assert len(told) == 1


def test_writers_tickers_and_readers_of_partitions_are_all_told_how_many(prod: Synthesised) -> None:
    told = {stage for stage in STAGES if "PARTITIONS" in prod.environment(stage)}

    assert told == {"ingestion", "heartbeat", "rollup", "query", "redrive"}
