"""How the manual is built: `make docs` (Sphinx and MyST, every warning an error)."""

from __future__ import annotations

from listener import __version__

project = "Listener"
author = "The Listener authors"
release = version = __version__
extensions = ["myst_parser"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["_build"]
nitpicky = True
html_theme = "furo"
html_title = f"Listener {release}"
# Nothing of the manual is fetched from elsewhere by whoever reads it.
html_theme_options = {"footer_icons": []}
html_copy_source = False
html_show_sphinx = False
