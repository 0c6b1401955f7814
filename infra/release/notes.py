"""What the changelog says of one release."""

import re

HEADING = re.compile(r"^## \[?v?(?P<version>[^\]\s]+)", re.MULTILINE)


class NoNotesError(Exception):
    """The changelog has no such release."""


def notes_of(changelog: str, version: str) -> str:
    r"""Its section, without the heading.

    >>> notes_of("# Changelog\n## 1.1.0 (2026-12-01)\n- New\n## 1.0.0\n- First\n", "1.1.0")
    '- New'
    """
    headings = list(HEADING.finditer(changelog))
    for number, heading in enumerate(headings):
        if heading["version"] == version:
            end = headings[number + 1].start() if number + 1 < len(headings) else len(changelog)
            return changelog[changelog.index("\n", heading.start()) : end].strip()
    raise NoNotesError(f"the changelog says nothing of {version}")
