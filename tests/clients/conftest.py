"""The programs of the clients run in environments of their own."""

collect_ignore = ["programs"]
