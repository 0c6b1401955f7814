"""Dashboards as code: CloudWatch's of the hub itself, Grafana's of what the hub has counted."""
