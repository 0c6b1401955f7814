"""The picture of the architecture is the architecture."""

from itertools import pairwise

from infra.documents.architecture.drawing import PICTURE, drawn
from infra.documents.architecture.graph import STAGE, graph_of
from tests.infra.synthesised import STAGES, Synthesised


def test_the_picture_is_that_of_the_templates(prod: Synthesised) -> None:
    assert PICTURE.read_text() == drawn(graph_of(prod.templates)), "run: python -m infra.documents.architecture"


def test_every_stage_is_in_the_picture(prod: Synthesised) -> None:
    graph = graph_of(prod.templates)

    assert sorted(node.name for node in graph.nodes.values() if node.shape == STAGE) == sorted(STAGES)


def test_an_event_goes_from_the_gateway_to_whoever_is_told(prod: Synthesised) -> None:
    graph = graph_of(prod.templates)
    arrows = {(graph.nodes[start].name, graph.nodes[end].name) for start, end in graph.arrows}
    way = (
        "REST API",
        "ingestion",
        "events",
        "aggregation",
        "window state",
        "rollup",
        "closed windows",
        "anomaly",
        "bus",
    )

    assert set(pairwise(way)) <= arrows
