"""Measures: what can be counted of what was heard, each with its error, and the ground that they and the objections stand on.

`grounds` prepares the table once; `checked`, `volume`, `without`, `market`, `effort` and `asked` make figures of it.
"""

from __future__ import annotations
