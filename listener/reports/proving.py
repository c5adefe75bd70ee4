"""From a report to its view: every figure in a reader's words, with its interval, and every quotation with its way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from listener.core.digest import one_line
from listener.core.dossier import (
    Certainty,
    Dossier,
    Earlier,
    Figure,
    Finding,
    Metric,
    Note,
    Phrase,
    PlaceCover,
    Unit,
    Wording,
)
from listener.core.frozen import Report, RowSum, figures_of
from listener.core.kept import KeptMention
from listener.core.removal import Cause
from listener.core.schedule import instant
from listener.core.sharing import may_share_words
from listener.core.urls import safe
from listener.reports import evidence_view as v
from listener.reports import words
from listener.reports.evidence import rows_file
from listener.reports.locale import Locale, load

_QUOTE = 240  # characters
_MOST_PLACES = 10
_DECIMALS = 10  # below this a number gets a decimal
_CLASSES: Mapping[Wording, str] = {
    Wording.CONTRADICTED: "contradicted",
    Wording.SUPPORTED: "supported",
    Wording.MIXED: "mixed",
    Wording.POINTS_AGAINST: "points-contradicted",
    Wording.POINTS_TOWARDS: "points-supported",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a report shows of the archive as that is now: mentions it quotes, those that went since, and notes that were changed."""

    mentions: Mapping[int, KeptMention]
    gone: Mapping[int, Cause]
    broken: frozenset[str] = frozenset()


def view(report: Report, shown: Shown, language: str) -> v.EvidenceView:
    """A report in a language; whatever a feed put into what it quotes, this does not raise."""
    dossier = report.dossier
    return _Writer(report, shown, load(language, dossier.timezone)).view()


class _Writer:
    """Writes one report in one language."""

    def __init__(self, report: Report, shown: Shown, locale: Locale) -> None:
        self._report = report
        self._dossier = report.dossier
        self._shown = shown
        self._locale = locale
        self._notes: dict[str, list[Note]] = {}
        for one in self._dossier.notes:
            self._notes.setdefault(one.about, []).append(one)

    def view(self) -> v.EvidenceView:
        """The whole of it."""
        d, locale = self._dossier, self._locale
        _ = locale.gettext
        zone = ZoneInfo(d.timezone)
        since, until = d.since.astimezone(zone).date(), d.until.astimezone(zone).date()
        return v.EvidenceView(
            language=locale.language,
            title=_("Evidence report %(brand)s", brand=one_line(d.brand_name, 80)),
            brand=one_line(d.brand_name, 80),
            period=locale.interval(since, max(until, since + timedelta(days=1))),
            made=_("Made on %(when)s", when=f"{locale.date(d.made_at.astimezone(zone).date())}, {locale.time(d.made_at)}"),
            report=self._report.id,
            question=self._say(d.question),
            answer=tuple(one for one in self._say(d.answer).split("\n") if one.strip()),
            certainty=self._certainty(d.certainty),
            counts=tuple(self._counts()),
            figures=tuple(self._number("headline", one) for one in d.headline[:6]),
            sources=tuple(self._source(one) for one in self._places()),
            sources_remark=self._places_left(),
            heard=tuple(self._heard()),
            deaf=tuple(self._say(one) for one in d.cautions),
            weeks=tuple(self._weeks()),
            objections=tuple(self._objection(number, one) for number, one in enumerate(d.findings, start=1)),
            tables=tuple(self._tables()),
            methods=tuple(self._methods()),
            footnote=self._footnote(),
            words=self._words(),
        )

    def _say(self, phrase: Phrase) -> str:
        return phrase.in_language(self._locale.language).strip()

    def _certainty(self, certainty: Certainty) -> str:
        _ = self._locale.gettext
        match certainty:
            case Certainty.HIGH:
                return _("high: enough was heard and checked by hand, and the intervals are narrow enough to decide.")
            case Certainty.MODERATE:
                return _("moderate: what is said here holds, but gaps in listening or few checked items leave room.")
            case Certainty.LOW:
                return _("low: too little was heard or checked by hand to lean on; read it as a first look.")

    def _verdict(self, wording: Wording) -> str:
        _ = self._locale.gettext
        match wording:
            case Wording.CONTRADICTED:
                return _("contradicted by the data")
            case Wording.SUPPORTED:
                return _("supported by the data")
            case Wording.MIXED:
                return _("mixed")
            case Wording.UNDETERMINED:
                return _("cannot be determined")
            case Wording.NOT_CONTRADICTED:
                return _("not contradicted by the data")
            case Wording.POINTS_AGAINST:
                return _("undecided, points against it")
            case Wording.POINTS_TOWARDS:
                return _("undecided, points towards it")
            case Wording.NO_CASE:
                return _("no case seen, which proves nothing")

    def _counts(self) -> Iterator[tuple[str, str, str]]:
        count = Counter(one.wording for one in self._dossier.findings)
        for wording in Wording:
            if count[wording]:
                yield _CLASSES.get(wording, "undetermined"), self._locale.number(count[wording]), self._verdict(wording)

    # --- figures

    def _number(self, where: str, one: Figure) -> v.Number:
        band = None
        if one.unit is Unit.SHARE and one.value is not None and one.low is not None and one.high is not None:
            low, high, point = (min(100.0, max(0.0, 100 * number)) for number in (one.low, one.high, one.value))
            band = v.Band(low=round(low, 2), high=round(high, 2), point=round(point, 2))
        return v.Number(
            key=rows_file(f"{where}/{one.key}").removeprefix("rows/").removesuffix(".json"),
            label=self._say(one.name),
            value=self._value(one.value, one.unit),
            interval=self._interval(one),
            remark=self._say(one.note),
            band=band,
            notes=self._noted(one.key),
        )

    def _interval(self, one: Figure) -> str:
        if one.low is None or one.high is None or one.value is None:
            return self._locale.ngettext("of %(n)s observation", "of %(n)s observations", one.n) if one.value is None and one.n else ""
        low, high = self._value(one.low, one.unit), self._value(one.high, one.unit)
        return self._locale.gettext("between %(low)s and %(high)s (95%% certain)", low=low, high=high)

    def _value(self, value: float | None, unit: Unit) -> str:
        locale, _ = self._locale, self._locale.gettext
        if value is None:
            return _("unknown")
        match unit:
            case Unit.SHARE:
                return locale.percent(value) if value in {0.0, 1.0} or 0.01 <= value <= 0.99 else locale.percent_exactly(value)
            case Unit.EUROS:
                return f"€ {locale.number(round(value, 2))}"
            case Unit.CHANGE:
                return _("%(change)s a month", change=("+" if value > 0 else "") + locale.percent_exactly(value))
            case Unit.PER_MONTH:
                return _("%(n)s a month", n=self._plain(value))
            case Unit.HOURS:
                return _("%(n)s hours", n=self._plain(value)) if value < 72 else _("%(n)s days", n=self._plain(value / 24))
            case Unit.MINUTES:
                return _("%(n)s minutes", n=self._plain(value))
            case Unit.STORIES:
                return locale.ngettext("%(count)s story", "%(count)s stories", 1 if value == 1 else 2, count=self._plain(value))
            case Unit.VOICES:
                return locale.ngettext("%(count)s voice", "%(count)s voices", 1 if value == 1 else 2, count=self._plain(value))
            case Unit.ITEMS:
                return locale.ngettext("%(count)s item", "%(count)s items", 1 if value == 1 else 2, count=self._plain(value))
            case Unit.COUNT | Unit.SCORE:
                return self._plain(value)

    def _plain(self, value: float) -> str:
        whole = value == int(value) or abs(value) >= _DECIMALS
        return self._locale.number(round(value) if whole else round(value, 2 if abs(value) < 1 else 1))

    # --- what was heard

    def _places(self) -> Sequence[PlaceCover]:
        listened = [one for one in self._dossier.cover.places if one.hours > 0]
        return sorted(listened, key=lambda one: (one.share, one.key))[:_MOST_PLACES]

    def _places_left(self) -> str:
        all_ = [one for one in self._dossier.cover.places if one.hours > 0]
        left = len(all_) - _MOST_PLACES
        legend = self._locale.gettext(
            "A full bar is a day that was heard, half a bar one with gaps, a dash at the foot one that was not heard, a line one without listening."
        )
        if left <= 0:
            return legend
        more = self._locale.ngettext(
            "%(n)s more source was heard better than these; evidence.json has it.",
            "%(n)s more sources were heard better than these; evidence.json has them.",
            left,
        )
        return f"{legend} {more}"

    def _source(self, one: PlaceCover) -> v.Source:
        locale = self._locale
        remark = locale.ngettext("%(n)s item", "%(n)s items", one.items)
        if one.gaps:
            since, until, why = max(one.gaps, key=lambda gap: gap[1] - gap[0])
            remark += " · " + locale.gettext(
                "longest gap %(since)s to %(until)s: %(why)s",
                since=locale.datetime(since),
                until=locale.datetime(until),
                why=self._gap(why),
            )
        heard = locale.gettext("%(share)s of the time", share=locale.percent(one.share))
        return v.Source(key=one.key, kind=words.kind(one.kind, locale), heard=heard, days=self._strip(one), remark=remark)

    def _gap(self, why: str) -> str:
        _ = self._locale.gettext
        return _("nobody asked") if why == "nobody asked" else one_line(why, 80) or _("not heard")

    def _strip(self, one: PlaceCover) -> str:
        d, zone = self._dossier, ZoneInfo(self._dossier.timezone)
        day, letters = d.since.astimezone(zone).date(), []
        began = d.until - timedelta(hours=one.hours)  # a source that was added on the way was not listened to before
        last = min(d.until, d.made_at)
        while len(letters) < 400 and (begin := instant(day, time(0), zone)) < last:
            day += timedelta(days=1)
            end = instant(day, time(0), zone)
            lost = sum(
                ((min(until, end) - max(since, begin)) for since, until, _ in one.gaps if since < end and until > begin), timedelta()
            )
            if end <= began:
                letters.append(".")
            else:
                letters.append("h" if lost < timedelta(hours=2) else "n" if lost > (end - begin) * 0.9 else "p")
        return "".join(letters)

    def _heard(self) -> Iterator[str]:
        cover, locale = self._dossier.cover, self._locale
        yield locale.gettext(
            "On %(covered)s of %(days)s days at least one source was heard; of all the hours in which the sources together were to be heard, it was %(share)s.",
            covered=locale.number(cover.covered),
            days=locale.number(cover.days),
            share=locale.percent(cover.share),
        )
        if cover.silent:
            named = locale.list_of([locale.day_of_month(one) for one in cover.silent[:6]])
            more = len(cover.silent) - 6
            rest = locale.ngettext(" and %(n)s more day", " and %(n)s more days", more) if more > 0 else ""
            yield locale.gettext("Nothing was heard on %(days)s%(rest)s.", days=named, rest=rest)
        checked = self._dossier.checked
        yield locale.gettext(
            "By hand %(checked)s of %(drawn)s drawn items were checked; %(needed)s are needed before counts are corrected by it.",
            checked=locale.number(checked.checked),
            drawn=locale.number(checked.drawn),
            needed=locale.number(checked.needed),
        )
        yield from (self._say(one) for one in checked.needs)

    def _weeks(self) -> Iterator[v.Week]:
        most = max((one.stories or 0 for one in self._dossier.weeks), default=0) or 1
        for one in self._dossier.weeks:
            gap = one.stories is None
            yield v.Week(
                label=self._locale.day_of_month(one.on, short=True),
                value=self._locale.gettext("not heard") if gap else self._locale.number(one.stories or 0),
                height=0.0 if one.stories is None else round(100 * one.stories / most, 1),
                gap=gap,
                changed=one.changed,
            )

    # --- objections

    def _objection(self, number: int, one: Finding) -> v.Objection:
        _ = self._locale.gettext
        rules = [
            (_("We look at"), self._say(one.measures)),
            (_("Contradicted if"), self._say(one.contradicted_if)),
            (_("Supported if"), self._say(one.supported_if)),
        ]
        needs = [(_("To say more"), " ".join(self._say(need) for need in one.needs))] if one.needs else []
        counter = one.counter
        told = [self._say(counter.words), _("Chosen by this rule: %(rule)s", rule=self._say(counter.rule))] if counter else []
        return v.Objection(
            key=one.key,
            number=str(number),
            claim=self._say(one.claim),
            title=self._say(one.title),
            verdict=_CLASSES.get(one.wording, "undetermined"),
            verdict_words=self._verdict(one.wording),
            kind=self._metric(one),
            answer=self._say(one.reason),
            rules=tuple((name, said) for name, said in (*rules, *needs) if said),
            figures=tuple(self._number(one.key, figure) for figure in one.figures),
            examples=tuple(self._quote(id_) for id_ in one.examples[:3]),
            examples_remark="" if one.examples else _("None that a person has checked yet."),
            counter=tuple(told) if told else (_("None was found by the rule."),),
            counter_figure=self._number(one.key, counter.figure) if counter is not None and counter.figure is not None else None,
            counter_quotes=tuple(self._quote(id_) for id_ in (counter.mentions[:3] if counter else ())),
            coverage=self._coverage(),
            cannot=tuple(part.strip() for part in self._say(one.cannot_tell).split("\n") if part.strip()),
            earlier=" ".join(self._earlier(was) for was in one.earlier),
            notes=self._noted(one.key),
        )

    def _metric(self, one: Finding) -> str:
        _ = self._locale.gettext
        certainty = {
            Certainty.HIGH: _("certainty high"),
            Certainty.MODERATE: _("certainty moderate"),
            Certainty.LOW: _("certainty low"),
        }
        kinds = {
            Metric.DIRECT: _("measured directly"),
            Metric.PROXY: _("measured by something near it: it can only point to an answer"),
            Metric.NONE: _("nothing that is heard can measure it"),
        }
        trivial = [_("trivial: true by definition, so only counts and voices are judged")] if one.trivial else []
        return " · ".join([kinds[one.metric], certainty[one.certainty], *trivial])

    def _earlier(self, was: Earlier) -> str:
        return self._locale.gettext(
            "By version %(version)s of the thresholds (%(on)s, %(author)s) the same data come to: %(verdict)s.",
            version=was.version,
            on=self._locale.date(was.on),
            author=was.author,
            verdict=self._verdict(was.wording),
        )

    def _coverage(self) -> str:
        cover, locale = self._dossier.cover, self._locale
        return locale.gettext(
            "Coverage: %(covered)s of %(days)s days, %(share)s of the hours.",
            covered=locale.number(cover.covered),
            days=locale.number(cover.days),
            share=locale.percent(cover.share),
        )

    def _quote(self, id_: int) -> v.Quote:
        _, locale = self._locale.gettext, self._locale
        kept = self._shown.mentions.get(id_)
        if kept is None:
            cause = self._shown.gone.get(id_)
            where = _("removed since (%(cause)s)", cause=self._cause(cause)) if cause else _("no longer in the archive")
            return v.Quote(id=f"M-{id_}", where=where, words="", link="", language="")
        entry = kept.entry
        when = locale.date(locale.local(kept.at).date(), "medium")
        where = f"{one_line(entry.outlet, 80) or words.kind(kept.kind, locale)}, {when}"
        link = safe(entry.link)
        if not may_share_words(kept.kind):
            return v.Quote(
                id=f"M-{id_}",
                where=where,
                words="",
                link=link,
                language="",
                remark=_("Its place does not let its words be shown here; read it there."),
            )
        said = one_line(kept.judged.mention.excerpt, _QUOTE) or one_line(entry.title, _QUOTE)
        language = kept.judged.judgement.language
        return v.Quote(id=f"M-{id_}", where=where, words=said, link=link, language=language if len(language) == 2 else "")

    def _cause(self, cause: Cause) -> str:
        _ = self._locale.gettext
        match cause:
            case Cause.TAKEN_BACK:
                return _("taken back by its writer or its place")
            case Cause.FORGOTTEN:
                return _("somebody asked to be forgotten")
            case Cause.EXPIRED:
                return _("kept as long as was agreed")

    def _noted(self, about: str) -> tuple[v.Note, ...]:
        return tuple(
            v.Note(
                by=one.by,
                on=self._locale.date(self._locale.local(one.at).date()),
                words=one.text,
                sealed=one.about not in self._shown.broken,
            )
            for one in self._notes.get(about, ())
        )

    # --- appendix

    def _tables(self) -> Iterator[v.Table]:
        d, locale, _ = self._dossier, self._locale, self._locale.gettext
        head = (_("figure"), _("value"), _("95% interval"), _("made of"))
        for one in d.measures:
            rows = tuple(self._row(figure) for figure in one.figures)
            remark = " ".join(self._say(note) for note in one.notes)
            if rows or remark:
                yield v.Table(title=self._say(one.title), head=head, rows=rows, remark=remark, numbers=(1, 2, 3))
        checked = d.checked
        yield v.Table(
            title=_("Checked by hand"),
            head=head,
            rows=tuple(self._row(one) for one in (checked.precision, checked.real, *checked.tone, *checked.intent)),
            remark=_(
                "Drawn at random by stratum with a stored seed; %(contested)s items on which people contradict one another were left out.",
                contested=locale.number(checked.contested),
            ),
            numbers=(1, 2, 3),
        )
        if checked.confusion:
            yield v.Table(
                title=_("What the machine said, and what people say"),
                head=(_("machine"), _("person"), _("times")),
                rows=tuple((machine, person, locale.number(n)) for machine, person, n in checked.confusion),
                numbers=(2,),
            )
        yield self._thresholds()
        yield v.Table(
            title=_("Versions"),
            head=(_("what"), _("version")),
            rows=tuple((name, one_line(said, 100)) for name, said in d.versions),
        )
        yield self._removed()
        yield v.Table(
            title=_("The rows of each figure"),
            head=(_("figure"), _("mentions"), _("file in the bundle"), _("sha256 of the rows")),
            rows=tuple(self._rows()),
            remark=_("`listener verify` recomputes each figure from these rows, and says what differs."),
            numbers=(1,),
        )

    def _row(self, one: Figure) -> tuple[str, ...]:
        interval = ""
        if one.value is not None and one.low is not None and one.high is not None:
            interval = f"{self._value(one.low, one.unit)} – {self._value(one.high, one.unit)}"  # noqa: RUF001 - a dash between numbers
        return self._say(one.name), self._value(one.value, one.unit), interval, self._locale.number(one.n)

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for name, figure in figures_of(self._dossier):
            sum_: RowSum | None = self._report.rows.get(name)
            if sum_ is not None and sum_.count:
                file = rows_file(name)
                yield self._say(figure.name), self._locale.number(sum_.count), file, sum_.sha256[:16]

    def _thresholds(self) -> v.Table:
        d, locale, _ = self._dossier, self._locale, self._locale.gettext
        versions = (*d.earlier, d.thresholds)
        names = dict.fromkeys(name for one in versions for name, _value in one.values)
        rows = tuple((name, *(self._threshold(dict(one.values).get(name)) for one in versions)) for name in names)
        said = [
            _("version %(version)s: %(on)s, %(author)s", version=one.version, on=locale.date(one.on), author=one_line(one.author, 80))
            for one in versions
        ]
        return v.Table(
            title=_("Thresholds, written down before the data were seen"),
            head=(_("threshold"), *(_("version %(n)s", n=one.version) for one in versions)),
            rows=rows,
            remark="; ".join(said) + ".",
            numbers=tuple(range(1, len(versions) + 1)),
        )

    def _threshold(self, value: float | None) -> str:
        return "–" if value is None else self._locale.number(round(value, 4))  # noqa: RUF001 - stands for nothing

    def _removed(self) -> v.Table:
        locale, _ = self._locale, self._locale.gettext
        since = Counter(self._shown.gone.values())
        rows = [(self._cause(Cause(cause)), locale.number(n), _("before this report")) for cause, n in self._dossier.removed]
        rows += [(self._cause(cause), locale.number(n), _("since this report was made")) for cause, n in sorted(since.items())]
        remark = _("Of an item that goes, its words and its writer go; that it was there is counted here.")
        return v.Table(title=_("Removed items"), head=(_("why"), _("items"), _("when")), rows=tuple(rows), remark=remark, numbers=(1,))

    def _methods(self) -> Iterator[tuple[str, str, str]]:
        told: set[str] = set()
        for _name, one in figures_of(self._dossier):
            if one.method and one.method not in told:
                told.add(one.method)
                yield one.method, self._say(one.name), ""

    def _footnote(self) -> str:
        locale = self._locale
        gone = sum(n for _, n in self._dossier.removed) + len(self._shown.gone)
        said = locale.gettext("No text model wrote anything here: words are fixed, numbers are computed, notes are signed by people.")
        if not gone:
            return said
        return f"{said} " + locale.ngettext(
            "%(n)s item that once counted was removed from the archive; the appendix says why.",
            "%(n)s items that once counted were removed from the archive; the appendix says why.",
            gone,
        )

    def _words(self) -> dict[str, str]:
        _ = self._locale.gettext
        return {
            "question": _("The question"),
            "certainty": _("How sure is this?"),
            "listened": _("What we listened to"),
            "deaf": _("What we could not hear"),
            "place": _("Source"),
            "heard": _("Heard"),
            "days": _("Day by day"),
            "weeks": _("Stories a week"),
            "weeks_remark": _("A dashed bar is a week that was not heard: a gap, not a zero. Where the query changed, before and after do not compare."),
            "changed": _("query changed"),
            "dossier": _("The objections"),
            "dossier_remark": _("Each rule was written down before the data were seen. Intervals decide, not points."),
            "number": _("No."),
            "claim": _("What is objected"),
            "verdict": _("The data say"),
            "why": _("Because"),
            "objection": _("Objection"),
            "examples": _("Three examples"),
            "counter": _("The strongest counter-evidence"),
            "cannot": _("What this cannot tell"),
            "appendix": _("Appendix"),
            "methods": _("Methods"),
            "note": _("Note by a person"),
            "unsealed": _("changed since it was signed"),
            "read": _("read it there"),
        }

