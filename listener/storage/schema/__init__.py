"""The tables by noun; listener.storage.tables says them all in one place."""
