"""The pages of the site that are made of code: `make docs` has mkdocs call hooks.py, which adds them to docs/."""
