"""One installed hub as its stacks."""

from dataclasses import dataclass

from aws_cdk import App, Stack, Tags, aws_iam as iam

from infra.deployment import Deployment
from infra.packaging import Packaging
from infra.stacks import grants
from infra.stacks.api import ApiStack
from infra.stacks.correlation import CorrelationStack
from infra.stacks.detection import DetectionStack
from infra.stacks.forecasting import ForecastingStack
from infra.stacks.live import LiveStack
from infra.stacks.mirror import MirrorStack
from infra.stacks.operations import OperationsStack
from infra.stacks.pipeline import PipelineStack
from infra.stacks.storage import StorageStack


@dataclass(frozen=True, slots=True)
class Hub:
    """Data apart from code, and the pipeline apart from the API, so that each can be deployed alone."""

    storage: StorageStack
    pipeline: PipelineStack
    api: ApiStack
    detection: DetectionStack
    correlation: CorrelationStack
    forecasting: ForecastingStack
    live: LiveStack
    operations: OperationsStack | None
    mirror: MirrorStack | None

    @property
    def stacks(self) -> dict[str, Stack]:
        """By the last word of their names."""
        named = {name.title(): getattr(self, name) for name in self.__slots__}
        return {name: stack for name, stack in named.items() if stack}


def add_hub(app: App, deployment: Deployment, packaging: Packaging) -> Hub:
    prefix = deployment.stack_prefix
    storage = StorageStack(app, f"{prefix}-Storage", deployment=deployment, packaging=packaging)
    mirror = None
    if deployment.timestream != "off":
        mirror = MirrorStack(app, f"{prefix}-Mirror", storage=storage)
    doorbell = mirror.doorbell if mirror else None
    pipeline = PipelineStack(app, f"{prefix}-Pipeline", storage=storage, doorbell=doorbell)
    live = LiveStack(app, f"{prefix}-Live", storage=storage)
    api = ApiStack(app, f"{prefix}-Api", storage=storage, live_url=live.url)
    detection = DetectionStack(app, f"{prefix}-Detection", storage=storage, console_url=api.console_url)
    correlation = CorrelationStack(app, f"{prefix}-Correlation", storage=storage, console_url=api.console_url)
    forecasting = ForecastingStack(app, f"{prefix}-Forecasting", storage=storage, console_url=api.console_url)
    for stage in (detection.anomaly, detection.watch, correlation.correlation, live.live):
        grants.reinvoke(pipeline.redrive, stage)
    operations = None
    if not deployment.emulated:
        operations = OperationsStack(
            app,
            f"{prefix}-Operations",
            deployment=deployment,
            storage=storage,
            api=api,
            watched=(storage, pipeline, live, api, detection, correlation, forecasting, *([mirror] if mirror else [])),
        )
    if deployment.permissions_boundary:
        bound(app, deployment.permissions_boundary)
    Tags.of(app).add("application", "llm-analytics-hub")
    Tags.of(app).add("deployment", deployment.name)
    return Hub(storage, pipeline, api, detection, correlation, forecasting, live, operations, mirror)


def bound(app: App, policy: str) -> None:
    """No role of the hub, CDK's own among them, may do more than the managed policy of this name allows."""
    for stack in app.node.children:
        if isinstance(stack, Stack):
            boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", policy)
            iam.PermissionsBoundary.of(stack).apply(boundary)
