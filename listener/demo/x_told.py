"""The story's posts as a world of X."""

from __future__ import annotations

from zlib import crc32

from listener.demo.item import Item, Story
from listener.demo.places import X
from listener.demo.x import Account, Counts, Post, World


def told_on_x(story: Story) -> World:
    """What is said on X in a story, with counts that look lived-in and are the same each time."""
    by_id = {item.id: item for item in story.items}
    items = [item for item in story.items if X in item.places]
    # Of somebody who speaks more than once, the last word about who they are counts.
    accounts = {item.author.id: _account(item) for item in items}
    return World(accounts.values(), (_post(item, by_id) for item in items))


def _account(item: Item) -> Account:
    author = item.author
    return Account(id=author.id, handle=author.handle, name=author.name, followers=author.followers)


def _post(item: Item, by_id: dict[str, Item]) -> Post:
    root = item
    while root.reply_to:
        root = by_id[root.reply_to]
    stir = crc32(item.id.encode())
    return Post(
        id=item.snowflake,
        author=item.author.id,
        text=item.text,
        language=item.language,
        replied_to=by_id[item.reply_to].snowflake if item.reply_to else 0,
        thread=root.snowflake,
        history=(item.snowflake,),
        counts=Counts(
            reposts=stir % 5,
            replies=stir // 7 % 4,
            likes=stir // 29 % 23,
            quotes=stir // 97 % 2,
            bookmarks=stir // 101 % 2,
            views=40 + stir // 31 % 1900,
        ),
    )
