"""The names of elements and attributes as feedparser sees them, from the namespaces that a document declares on its way."""

from __future__ import annotations

import functools

from listener.sources.vocabulary import ATOM, PREFIXES, XLINK

# A feed declares a dozen namespaces; every change costs a look through those before it.
_CHANGES_AT_MOST = 200
_USUAL = 200  # characters; names that are longer must not stay in memory


class NotMine(Exception):
    """A document that the quick reader leaves to the repairing one."""


class Names:
    """What expat calls `uri local prefix`, as `prefix:local` in lower case with the prefix the tables know.

    `dialect` is what the declarations make of the document: feedparser tells Atom 1.0 from the rest by it.
    """

    def __init__(self) -> None:
        self.dialect = ""
        self.links: dict[str, str] = {}  # declarations of XLink since the last element, which feedparser takes for attributes
        self._known: dict[str | None, str] = {}
        self._in_use: dict[str, str] = {}
        self._changes = 0
        self._attributes: dict[str, tuple[str, str]] = {}

    def declare(self, prefix: str | None, uri: str | None) -> bool:
        """A namespace declaration was met; whether names may mean something else from here on."""
        if not uri:
            return False
        if uri.split() != [uri]:
            raise NotMine
        lower = uri.lower()
        if not self.dialect:
            if (prefix, lower) == (None, "http://my.netscape.com/rdf/simple/0.9/") or lower == "http://purl.org/rss/1.0/":
                self.dialect = "rss"
            elif lower == ATOM:
                self.dialect = "atom10"
        if "backend.userland.com/rss" in lower:
            lower = uri = "http://backend.userland.com/rss"
        if prefix and uri == XLINK:
            self.links[f"xmlns:{prefix}"] = uri
        return self._changed(prefix, uri, PREFIXES.get(lower))

    def _changed(self, prefix: str | None, uri: str, known: str | None) -> bool:
        name = (prefix or "") if known is None else known
        if self._in_use.get(name) == uri and (known is None or self._known.get(prefix) == known):
            return False
        self._changes += 1
        if self._changes > _CHANGES_AT_MOST:
            raise NotMine
        self._in_use[name] = uri
        if known is not None:
            self._known[prefix] = known
        return True

    def element(self, name: str) -> tuple[str, str, bool]:
        """An element's name with a colon, its name with an underscore as the tables have it, and whether it has no prefix."""
        uri, tag, prefix = _known_apart(name) if len(name) <= _USUAL else _apart(name)
        if uri:
            if not prefix:
                prefix = next((one for one, value in self._in_use.items() if one and value == uri), "")
            tag = f"{prefix}:{tag}".lower() if prefix else tag
        prefix, _, suffix = tag.partition(":") if ":" in tag else ("", "", tag)
        prefix = self._known.get(prefix, prefix)
        return tag, f"{prefix}_{suffix}" if prefix else suffix, not prefix

    def attributes(self, given: dict[str, str]) -> dict[str, str]:
        """An element's attributes under all the names that feedparser looks for them by."""
        found = dict(self.links)
        self.links.clear()
        pairs = [(self._attribute(name), value) for name, value in given.items()]
        for (mapped, _), value in pairs:
            found[mapped] = value
        for (_, spelt), value in pairs:
            found[spelt] = value
        return lowered(found)

    def _attribute(self, name: str) -> tuple[str, str]:
        found = self._attributes.get(name)
        if found is None:
            parts = name.split(" ")
            if len(parts) == 1:
                found = (name.lower(), name.lower())
            elif len(parts) == 3:
                prefix = PREFIXES.get(parts[0].lower(), "")
                local = f"{prefix}:{parts[1]}" if prefix else parts[1]
                found = (local.lower(), f"{parts[2]}:{parts[1]}".lower())
            else:
                raise NotMine
            # A document may hold as many names as it has elements; what repeats is what matters.
            if len(self._attributes) < 1000:
                self._attributes[name] = found
        return found

    @property
    def about(self) -> str:
        """The name of the attribute that names an item in RDF."""
        return f"{self._known.get('rdf', 'rdf')}:about"


def lowered(attributes: dict[str, str]) -> dict[str, str]:
    """The same attributes with the values of those that are words of a vocabulary in lower case."""
    for name in ("rel", "type"):
        if name in attributes:
            attributes[name] = attributes[name].lower()
    return attributes


def _apart(name: str) -> tuple[str, str, str]:
    """What expat calls an element, as namespace, name in lower case, and the prefix that the tables know its namespace by."""
    parts = name.split(" ")
    if len(parts) > 3:
        raise NotMine
    if len(parts) == 1:
        return "", name.lower(), ""
    uri, lower = parts[0], parts[0].lower()
    if "backend.userland.com/rss" in lower:
        lower = uri = "http://backend.userland.com/rss"
    return uri, parts[1].lower(), PREFIXES.get(lower, "").lower()


_known_apart = functools.lru_cache(maxsize=4096)(_apart)  # most feeds use the same few names
