"""What a gateway asks of the console, and a page that was built small."""

import gzip
from pathlib import Path
from typing import Any

PAGE = b"<!doctype html><script type=module src=./assets/index-abc.js></script>"
PART = b"export const answer = 42\n" * 40


def built(folder: Path) -> Path:
    """A page and one part of it, the part beside itself as gzip."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "secret.js").write_bytes(b"none of the page's parts")
    (folder / "assets" / "index-abc.js").write_bytes(PART)
    (folder / "assets" / "index-abc.js.gz").write_bytes(gzip.compress(PART))
    return folder


def asked(path: str = "", *, context_path: str | None = None, **headers: str) -> dict[str, Any]:
    """Header names with an underscore for the dash; `path` is what stands behind the stage's slash."""
    return {
        "httpMethod": "GET",
        "path": f"/{path}",
        "headers": {name.replace("_", "-").title(): value for name, value in headers.items()},
        "pathParameters": {"proxy": path} if path else None,
        "queryStringParameters": None,
        "requestContext": {"requestId": "request-1", "path": context_path or f"/hub/{path}"},
    }
