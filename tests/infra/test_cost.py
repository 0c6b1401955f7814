"""The table of costs in the README and the documents is the one that is computed from the templates."""

from pathlib import Path

from perf.cost.bill import bill_of
from perf.cost.hubs import SENDERS, SHAPES
from perf.cost.tables import markdown, senders_markdown
from tests.infra.synthesised import Synthesised

ROOT = Path(__file__).parents[2]


def test_the_tables_of_costs_are_those_of_the_templates(prod: Synthesised, provisioned: Synthesised) -> None:
    resources = {
        hub.deployment.table_capacity: [
            pair for template in hub.templates.values() for pair in template["Resources"].items()
        ]
        for hub in (prod, provisioned)
    }

    sizes, senders = (
        [bill_of(shape, resources[shape.deployment.table_capacity]) for shape in shapes] for shapes in (SHAPES, SENDERS)
    )

    documented = (ROOT / "docs" / "costs.md").read_text()
    assert markdown(sizes) in (ROOT / "README.md").read_text()
    assert markdown(sizes) in documented
    assert senders_markdown(senders) in documented
