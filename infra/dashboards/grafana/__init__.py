"""Grafana's dashboards over what `timestream` has mirrored into InfluxDB, asked in InfluxQL."""
