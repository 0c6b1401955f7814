"""Exports in memory."""


class InMemoryExports:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        self.files[key] = content

    def link(self, key: str) -> str:
        return f"https://exports/{key}"
