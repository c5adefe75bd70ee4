"""The objections: one declarative entry each, in `arguments` and `fears`; their rules stand by subject beside them.

`listener.core.proving` puts them together: importing them here would make a circle.
"""

from __future__ import annotations
