"""Puts query together from its stores."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from secrets import token_urlsafe

from aws_lambda_powertools import Logger, Metrics as Meter

from functions.query.alerts import Alerts
from functions.query.analyse import Analysis
from functions.query.analysis_routes import Questions
from functions.query.auditing import Auditing
from functions.query.budgets import Budgets
from functions.query.dashboards import Dashboards
from functions.query.document_routes import Documents
from functions.query.events import Events
from functions.query.forecast_routes import Plans
from functions.query.forecasts import Forecasts
from functions.query.health import HealthCheck
from functions.query.incident_routes import Stories
from functions.query.incidents import Incidents
from functions.query.metrics import Metrics
from functions.query.preferences import Preferences
from functions.query.prices import PriceList
from functions.query.quality import Quality
from functions.query.reading import Windows
from functions.query.series import Series
from functions.query.serve import Query
from functions.query.settings import Settings
from functions.query.stores import Stores
from functions.query.summary import Summary
from functions.query.tickets import Tickets
from functions.query.what_if import WhatIf
from shared.anomalies.notices import Herald
from shared.audit.log import AuditLog
from shared.measures.price_table import compiled_table

Clock = Callable[[], datetime]


def assembled(  # noqa: PLR0913, PLR0917 (what a query is made of)
    settings: Settings, stores: Stores, clock: Clock, new_id: Callable[[], str], logger: Logger, meter: Meter
) -> Query:
    windows = Windows(
        state=stores.state,
        closed=stores.closed,
        rollups=stores.rollups,
        groupings=settings.groupings,
        series_limit=settings.series_limit,
        side_by_side=stores.side_by_side,
    )
    herald = Herald(stores.anomalies, stores.bus, settings.console_url)
    return Query(
        metrics=Metrics(windows, clock),
        series=Series(windows, clock),
        summary=Summary(windows, clock),
        health=HealthCheck(stores.state, stores.closed, settings.partitions, settings.closing_delay, clock),
        alerts=Alerts(stores.anomalies, stores.policies, herald, settings.grouping_names, clock, new_id),
        prices=PriceList(stores.prices, windows, clock),
        quality=Quality(stores.refusals, clock),
        stories=Stories(Incidents(stores.incidents, stores.sightings, clock), Events(stores.events, clock)),
        plans=Plans(
            Forecasts(stores.forecasts, settings.groupings),
            Budgets(stores.budgets, new_id),
            WhatIf(stores.rollups, stores.closed, stores.prices, cache(compiled_table), clock),
        ),
        questions=Questions(Analysis(windows, stores.columns, clock), clock),
        documents=Documents(
            Dashboards(stores.documents, clock, new_id),
            Preferences(stores.documents, clock),
            Tickets(stores.tickets, settings.live_url, clock, partial(token_urlsafe, 32)),
        ),
        auditing=Auditing(AuditLog(stores.audit, clock), clock),
        logger=logger,
        meter=meter,
    )
