"""The names of feeds' elements: which namespaces are one vocabulary, and what each element is for.

The tables say what feedparser 6 does with each name, so that the quick reader (walk.py) does the same; whatever is in none of
them is an element nobody knows, and its text goes nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping

XLINK = "http://www.w3.org/1999/xlink"
ATOM = "http://www.w3.org/2005/atom"

# Namespaces, in lower case, by the prefix that stands for them in the tables below; "" is RSS and Atom themselves.
_SPELT = """
    = http://backend.userland.com/rss
    = http://blogs.law.harvard.edu/tech/rss
    = http://purl.org/rss/1.0/
    = http://my.netscape.com/rdf/simple/0.9/
    = http://example.com/newformat#
    = http://example.com/necho
    = http://purl.org/echo/
    = uri/of/echo/namespace#
    = http://purl.org/pie/
    = http://purl.org/atom/ns#
    = http://www.w3.org/2005/atom
    = http://purl.org/rss/1.0/modules/rss091#
    admin = http://webns.net/mvcb/
    ag = http://purl.org/rss/1.0/modules/aggregation/
    annotate = http://purl.org/rss/1.0/modules/annotate/
    audio = http://media.tangent.org/rss/1.0/
    blogChannel = http://backend.userland.com/blogchannelmodule
    cc = http://creativecommons.org/ns#license
    cc = http://web.resource.org/cc/
    creativeCommons = http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html
    creativeCommons = http://backend.userland.com/creativecommonsrssmodule
    co = http://purl.org/rss/1.0/modules/company
    content = http://purl.org/rss/1.0/modules/content/
    cp = http://my.theinfo.org/changed/1.0/rss/
    dc = http://purl.org/dc/elements/1.1/
    dcterms = http://purl.org/dc/terms/
    email = http://purl.org/rss/1.0/modules/email/
    ev = http://purl.org/rss/1.0/modules/event/
    feedburner = http://rssnamespace.org/feedburner/ext/1.0
    fm = http://freshmeat.net/rss/fm/
    foaf = http://xmlns.com/foaf/0.1/
    geo = http://www.w3.org/2003/01/geo/wgs84_pos#
    georss = http://www.georss.org/georss
    gml = http://www.opengis.net/gml
    icbm = http://postneo.com/icbm/
    image = http://purl.org/rss/1.0/modules/image/
    itunes = http://www.itunes.com/dtds/podcast-1.0.dtd
    itunes = http://example.com/dtds/podcast-1.0.dtd
    l = http://purl.org/rss/1.0/modules/link/
    media = http://search.yahoo.com/mrss
    media = http://search.yahoo.com/mrss/
    pingback = http://madskills.com/public/xml/rss/module/pingback/
    prism = http://prismstandard.org/namespaces/1.2/basic/
    rdf = http://www.w3.org/1999/02/22-rdf-syntax-ns#
    rdfs = http://www.w3.org/2000/01/rdf-schema#
    ref = http://purl.org/rss/1.0/modules/reference/
    reqv = http://purl.org/rss/1.0/modules/richequiv/
    search = http://purl.org/rss/1.0/modules/search/
    slash = http://purl.org/rss/1.0/modules/slash/
    soap = http://schemas.xmlsoap.org/soap/envelope/
    ss = http://purl.org/rss/1.0/modules/servicestatus/
    str = http://hacks.benhammersley.com/rss/streaming/
    sub = http://purl.org/rss/1.0/modules/subscription/
    sy = http://purl.org/rss/1.0/modules/syndication/
    szf = http://schemas.pocketsoap.com/rss/mydescmodule/
    taxo = http://purl.org/rss/1.0/modules/taxonomy/
    thr = http://purl.org/rss/1.0/modules/threading/
    ti = http://purl.org/rss/1.0/modules/textinput/
    trackback = http://madskills.com/public/xml/rss/module/trackback/
    wfw = http://wellformedweb.org/commentapi/
    wiki = http://purl.org/rss/1.0/modules/wiki/
    xhtml = http://www.w3.org/1999/xhtml
    xlink = http://www.w3.org/1999/xlink
    xml = http://www.w3.org/xml/1998/namespace
    psc = http://podlove.org/simple-chapters
"""
PREFIXES: Mapping[str, str] = {
    namespace.strip(): prefix.strip() for prefix, _, namespace in (line.partition("= ") for line in _SPELT.strip().splitlines())
}

# What to do at an element's start and end: the names of the steps in walk.py.
_STEPS = """
    rss: rss -
    channel: feed unfeed
    feed: feed unfeed
    item: entry unentry
    entry: entry unentry
    image: image unimage
    textinput: textinput untextinput
    author managingeditor dc_author dc_creator itunes_author: author unauthor
    contributor: contributor uncontributor
    dc_contributor: named_contributor unnamed_contributor
    name itunes_name: name unname
    email itunes_email: email unemail
    url homepage uri: href unhref
    webmaster dc_publisher: publisher unpublisher
    itunes_owner: owner unowner
    link: link unlink
    guid id: guid unguid
    title dc_title: title untitle
    media_title: title unmedia_title
    description dc_description media_description: description undescription
    abstract: abstract undescription
    summary itunes_summary: summary unsummary
    content: content uncontent
    content_encoded: encoded uncontent
    source: source unsource
    enclosure: enclosure -
    itunes_image itunes_link: picture -
    media_thumbnail: thumbnail unthumbnail
    cc_license: skip -
    creativecommons_license creativeCommons_license: license unlicense
    gml_point: point unpoint
    gml_pos: position unposition
    media_group media_content cloud psc_chapters psc_chapter: skip -
    admin_generatoragent admin_errorreportsto: skip -
"""
STEPS: Mapping[str, tuple[str, str]] = {
    name: (steps.split()[0], steps.split()[1])
    for names, _, steps in (line.partition(":") for line in _STEPS.strip().splitlines())
    for name in names.split()
}

# Elements that hold one text: the name it is kept under, by the names it comes in.
_TEXTS = """
    published: published issued pubdate dcterms_issued
    updated: updated modified lastbuilddate dc_date dcterms_modified
    created: created dcterms_created
    expired: expirationdate
    category: category keywords dc_subject media_category itunes_category
    language: language dc_language
    generator: generator
    validity: dcterms_valid
    rating: media_rating
    credit: media_credit
    restriction: media_restriction
    geometry: georss_point georss_line georss_polygon georss_box
    where: where georss_where
    width: width
    height: height
    media_player: media_player
    license: media_license
"""
TEXTS: Mapping[str, str] = {
    name: kept.strip() for kept, _, names in (line.partition(":") for line in _TEXTS.strip().splitlines()) for name in names.split()
}

# Elements that hold markup which is none of ours (a feed's own description, its rights): kept apart, then dropped.
MARKED: Mapping[str, str] = {
    "subtitle": "subtitle",
    "tagline": "subtitle",
    "itunes_subtitle": "subtitle",
    "rights": "rights",
    "copyright": "rights",
    "dc_rights": "rights",
    "info": "info",
    "feedburner_browserfriendly": "info",
}

# Names that feedparser reads in ways of its own, or keeps under a name that means something to fields.py: not for us.
FOREIGN = frozenset(
    [
        "body",
        "xhtml_body",
        "fullitem",
        "tags",
        "newlocation",
        "gml_linestring",
        "gml_polygon",
        "gml_exterior",
        "gml_linearring",
        "gml_poslist",
        "georssgeom",
        "date",
        "links",
        "authors",
        "author_detail",
        "title_detail",
        "media_description",
        "svg",
        "math",
        "svg_svg",
        "math_math",
        "svg_title",
    ]
)

# Elements nobody handles whose text an entry keeps all the same.
KEPT_UNKNOWN = frozenset({"slash_comments", "thr_total", "feedburner_origlink"})
# The names of fields.py; the text of anything else is dropped as soon as it is whole.
KEPT = (
    KEPT_UNKNOWN
    | {"title", "link", "id", "description", "summary", "content", "author", "published", "updated", "created"}
    | {
        "language",
        "source",
        "href",
    }
)
HANDLED = frozenset(STEPS) | frozenset(TEXTS) | frozenset(MARKED) | FOREIGN
