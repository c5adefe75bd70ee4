"""Estimates with their error, in the standard library alone; each function names the source of its formula.

A module for each kind of question: shares, rates, trend, survival, unseen, corrected, resampled, agreement.
"""

from __future__ import annotations
