"""The query language, and the one pass over a text that finds the terms of all queries."""

from __future__ import annotations

from listener.core.query.match import Item, Match, Matcher
from listener.core.query.parse import Query, parse_query

__all__ = ["Item", "Match", "Matcher", "Query", "parse_query"]
