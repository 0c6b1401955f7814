"""What mkdocs calls while it builds: adds the pages made of code, and puts all of them in order."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from infra.documents.navigation import navigation
from infra.documents.pages import pages

NEXT_RELEASE = "changes"
"""Fragments of the changelog are no pages."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    written = {
        path.relative_to(config.docs_dir).as_posix()
        for path in Path(config.docs_dir).rglob("*.md")
        if path.parent.name != NEXT_RELEASE
    }
    config.nav = navigation(written | pages().keys())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, **_of_page: object) -> str:
    """A folder is a page here: where the files are browsed, the link shows what is in it."""
    return markdown.replace("](runbooks)", "](runbooks/README.md)")
