"""The picture of the hub, drawn of the templates that are deployed: `python -m infra.documents.architecture` makes it."""
