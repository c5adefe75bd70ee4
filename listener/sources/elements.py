"""What each kind of element does to an entry: the steps of the walk, in the order of the tables in vocabulary.py."""

from __future__ import annotations

from listener.sources import authors
from listener.sources.names import NotMine
from listener.sources.walk import HTML, TYPES, Walk, joined


class FeedWalk(Walk):
    """The walk over a feed, RSS, RDF or Atom."""

    def _start_skip(self, _: dict[str, str]) -> None:
        """Nothing of it is kept, nor of what it holds."""

    def _start_rss(self, _: dict[str, str]) -> None:
        if not self._names.dialect.startswith("rss"):
            self._names.dialect = "rss"

    def _start_feed(self, attributes: dict[str, str]) -> None:
        if "lastmod" in attributes or "href" in attributes:
            raise NotMine
        self._in_feed = True
        self._names.dialect = self._names.dialect or "atom"

    def _end_unfeed(self) -> None:
        self._in_feed = False

    def _start_entry(self, attributes: dict[str, str]) -> None:
        if "lastmod" in attributes or "href" in attributes:
            raise NotMine
        self.entries.append({})
        self._depths = {}
        self._push("item", value=False)
        self._in_entry, self._guid_is_link, self._title_depth = True, False, -1
        if about := attributes.get(self._names.about):
            self._context()["id"] = about

    def _end_unentry(self) -> None:
        self._pop("item")
        self._in_entry = self._has_content = False

    def _start_image(self, _: dict[str, str]) -> None:
        if not self._in_entry and self._context() is self.feed:
            self._image = self._image or {}
        self._in_image, self._title_depth = True, -1
        self._push("image", value=False)

    def _end_unimage(self) -> None:
        self._pop("image")
        self._in_image = False

    def _start_picture(self, attributes: dict[str, str]) -> None:
        self._push("itunes_image", value=False)
        if (attributes.get("href") or attributes.get("url")) and self._context() is self.feed:
            self._image = {}

    def _start_textinput(self, _: dict[str, str]) -> None:
        if self._in_entry:
            raise NotMine
        self._in_input, self._title_depth = True, -1
        self._push("textinput", value=False)

    def _end_untextinput(self) -> None:
        self._pop("textinput")
        self._in_input = False

    def _start_author(self, _: dict[str, str]) -> None:
        self._in_author = True
        self._push("author")
        self._context().setdefault("authors", []).append({})

    def _end_unauthor(self) -> None:
        self._pop("author")
        self._in_author = False
        authors.sync(self._context())

    def _start_contributor(self, _: dict[str, str]) -> None:
        self._in_contributor = True
        self._push("contributor", value=False)

    def _end_uncontributor(self) -> None:
        self._pop("contributor")
        self._in_contributor = False

    def _start_named_contributor(self, _: dict[str, str]) -> None:
        self._in_contributor = True
        self._push("name", value=False)

    def _end_unnamed_contributor(self) -> None:
        self._person("name", self._pop("name"))
        self._in_contributor = False

    def _start_name(self, _: dict[str, str]) -> None:
        self._push("name", value=False)

    def _end_unname(self) -> None:
        self._person("name", self._pop("name"))

    def _start_email(self, _: dict[str, str]) -> None:
        self._push("email", value=False)

    def _end_unemail(self) -> None:
        self._person("email", self._pop("email"))

    def _person(self, key: str, value: str | None) -> None:
        if self._in_publisher:
            authors.save(self._context(), "publisher", key, value)
        elif self._in_author:
            authors.save(self._context(), "author", key, value)

    def _start_href(self, _: dict[str, str]) -> None:
        self._push("href")

    def _end_unhref(self) -> None:
        value = self._pop("href")
        if self._in_author:
            authors.save(self._context(), "author", "href", value)

    def _start_publisher(self, _: dict[str, str]) -> None:
        self._push("publisher")

    def _end_unpublisher(self) -> None:
        self._pop("publisher")

    def _start_owner(self, _: dict[str, str]) -> None:
        self._in_publisher = True
        self._push("publisher", value=False)

    def _end_unowner(self) -> None:
        self._pop("publisher")
        self._in_publisher = False

    def _start_link(self, attributes: dict[str, str]) -> None:
        link = dict(attributes)
        kind = "application/atom+xml" if link.setdefault("rel", "alternate") == "self" else "text/html"
        kind = link.setdefault("type", kind)
        if href := link.get("url", link.get("uri", link.get("href"))):
            link["href"] = href
        if "href" in link:
            link["href"] = joined(self._base, link["href"])
        context = self._context()
        links = context.setdefault("links", [])
        if not (self._in_entry and self._in_image):
            links.append(link)
        if "href" not in link:
            self._push("link", value=self._expected)
        elif link["rel"] == "alternate" and TYPES.get(kind, kind) in HTML:
            context["link"] = link["href"]

    def _end_unlink(self) -> None:
        self._pop("link")

    def _start_guid(self, attributes: dict[str, str]) -> None:
        self._guid_is_link = attributes.get("ispermalink", "true") == "true"
        self._push("id")

    def _end_unguid(self) -> None:
        value = self._pop("id")
        if self._guid_is_link:
            self._context().setdefault("link", value)

    def _start_title(self, attributes: dict[str, str]) -> None:
        self._push_content("title", attributes, "text/plain", value=self._expected)

    def _end_untitle(self) -> None:
        if self._pop_content("title"):
            self._title_depth = self._depth

    def _end_unmedia_title(self) -> None:
        self._pop_content("title")

    def _start_description(self, attributes: dict[str, str]) -> None:
        if "summary" in self._context() and not self._has_content:
            self._summary = "content"
            self._start_content(attributes)
        else:
            self._push_content("description", attributes, "text/html", value=self._expected)

    def _start_abstract(self, attributes: dict[str, str]) -> None:
        self._push_content("description", attributes, "text/plain", value=self._expected)

    def _end_undescription(self) -> None:
        if self._summary == "content":
            self._end_uncontent()
        else:
            self._pop_content("description")
        self._summary = ""

    def _start_summary(self, attributes: dict[str, str]) -> None:
        if "summary" in self._context() and not self._has_content:
            self._summary = "content"
            self._start_content(attributes)
        else:
            self._summary = "summary"
            self._push_content("summary", attributes, "text/plain")

    def _end_unsummary(self) -> None:
        if self._summary == "content":
            self._end_uncontent()
        else:
            self._pop_content(self._summary or "summary")
        self._summary = ""

    def _start_content(self, attributes: dict[str, str]) -> None:
        self._has_content = True
        self._push_content("content", attributes, "text/plain")
        # Twice on the stack, and once off it, as in feedparser: what stands between this element and the next goes nowhere.
        self._push("content")

    def _start_encoded(self, attributes: dict[str, str]) -> None:
        self._has_content = True
        self._push_content("content", attributes, "text/html")

    def _end_uncontent(self) -> None:
        shown = TYPES.get(self._type, self._type) in HTML | {"text/plain"}
        value = self._pop_content("content")
        if shown:
            self._context().setdefault("summary", value)

    def _start_source(self, attributes: dict[str, str]) -> None:
        if "url" in attributes:
            self._source["href"] = attributes["url"]
        self._push("source")
        self._in_source, self._title_depth = True, -1

    def _end_unsource(self) -> None:
        self._in_source = False
        self._pop("source")
        source, self._source = self._source, {}
        self._context()["source"] = source

    def _start_enclosure(self, _: dict[str, str]) -> None:
        self._context().setdefault("links", []).append({"rel": "enclosure"})

    def _start_thumbnail(self, _: dict[str, str]) -> None:
        if self._in_source:
            raise NotMine
        self._push("url")

    def _end_unthumbnail(self) -> None:
        self._pop("url")

    def _start_point(self, attributes: dict[str, str]) -> None:
        # What feedparser makes of a system of coordinates may fail, and then nothing is read at all.
        if attributes:
            raise NotMine
        self._place = self._context()
        self._push("geometry", value=False)

    def _end_unpoint(self) -> None:
        self._place = None
        self._pop("geometry")

    def _start_position(self, _: dict[str, str]) -> None:
        if self._place is not self._context():
            raise NotMine
        self._push("pos", value=False)

    def _end_unposition(self) -> None:
        if self._pop("pos") is None or self._place is not self._context():
            raise NotMine

    def _start_license(self, _: dict[str, str]) -> None:
        self._push("license")

    def _end_unlicense(self) -> None:
        self._pop("license")
        self._context().setdefault("links", []).append({"rel": "license"})
