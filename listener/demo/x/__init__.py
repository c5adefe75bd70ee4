"""An X of its own: a world of posts, the API's search and lookup over it in both dialects, and a bill; see server.py."""

from __future__ import annotations

from listener.demo.serving import Answer
from listener.demo.x.billing import COUNTS_PRICE, POST_PRICE, USER_PRICE, Bill
from listener.demo.x.network import Network
from listener.demo.x.posts import Account, Counts, Post
from listener.demo.x.server import Api
from listener.demo.x.shapes import Dialect
from listener.demo.x.world import World

__all__ = [
    "COUNTS_PRICE",
    "POST_PRICE",
    "USER_PRICE",
    "Account",
    "Answer",
    "Api",
    "Bill",
    "Counts",
    "Dialect",
    "Network",
    "Post",
    "World",
]
