"""From a report to its view: every figure in a reader's words, with its interval, and every quotation with its way back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from listener.core.digest import one_line
from listener.core.dossier import (
    Certainty,
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
from listener.core.frozen import Report
from listener.core.observed import NOBODY_ASKED
from listener.core.schedule import instant
from listener.core.sharing import may_share_words
from listener.core.urls import safe
from listener.core.visits import Outcome
from listener.reports import evidence_view as v
from listener.reports import words
from listener.reports.appendix import Appendix, Shown
from listener.reports.evidence import rows_file
from listener.reports.evidence_words import cause_of, certainty_of, headings, interval_of, value_of, verdict_of
from listener.reports.locale import Locale, load

_QUOTE = 240  # characters
_STATUS = re.compile(r"HTTP [1-5]\d\d")
_MOST_PLACES = 10
_CLASSES: Mapping[Wording, str] = {
    Wording.CONTRADICTED: "contradicted",
    Wording.SUPPORTED: "supported",
    Wording.MIXED: "mixed",
    Wording.POINTS_AGAINST: "points-contradicted",
    Wording.POINTS_TOWARDS: "points-supported",
}


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
        appendix = Appendix(self._report, self._shown, locale)
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
            certainty=certainty_of(d.certainty, locale),
            counts=tuple(self._counts()),
            figures=tuple(self._number("headline", one) for one in d.headline[:6]),
            sources=tuple(self._source(one) for one in self._places()),
            sources_remark=self._places_left(),
            heard=tuple(self._heard()),
            deaf=tuple(self._say(one) for one in d.cautions),
            weeks=tuple(self._weeks()),
            objections=tuple(self._objection(number, one) for number, one in enumerate(d.findings, start=1)),
            tables=tuple(appendix.tables()),
            methods=tuple(appendix.methods()),
            footnote=self._footnote(),
            words=headings(locale),
        )

    def _say(self, phrase: Phrase) -> str:
        return phrase.in_language(self._locale.language).strip()

    def _counts(self) -> Iterator[tuple[str, str, str]]:
        count = Counter(one.wording for one in self._dossier.findings)
        for wording in Wording:
            if count[wording]:
                yield _CLASSES.get(wording, "undetermined"), self._locale.number(count[wording]), verdict_of(wording, self._locale)

    # --- figures

    def _number(self, where: str, one: Figure) -> v.Number:
        band = None
        if one.unit is Unit.SHARE and one.value is not None and one.low is not None and one.high is not None:
            low, high, point = (min(100.0, max(0.0, 100 * number)) for number in (one.low, one.high, one.value))
            band = v.Band(low=round(low, 2), high=round(high, 2), point=round(point, 2))
        return v.Number(
            key=rows_file(f"{where}/{one.key}").removeprefix("rows/").removesuffix(".json"),
            label=self._say(one.name),
            value=value_of(one.value, one.unit, self._locale),
            interval=interval_of(one, self._locale),
            remark=self._say(one.note),
            band=band,
            notes=self._noted(one.key),
        )

    # --- what was heard

    def _places(self) -> Sequence[PlaceCover]:
        listened = [one for one in self._dossier.cover.places if one.hours > 0]
        return sorted(listened, key=lambda one: (one.share, one.key))[:_MOST_PLACES]

    def _places_left(self) -> str:
        all_ = [one for one in self._dossier.cover.places if one.hours > 0]
        left = len(all_) - _MOST_PLACES
        legend = self._locale.gettext(
            "A full bar is a day that was heard, half a bar one with gaps, a dash "
            "at the foot one that was not heard, a line one without listening."
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
        """Why a source was not heard, in the reader's language; what the place itself said only where he can read it."""
        _ = self._locale.gettext
        if why == NOBODY_ASKED:
            return _("nobody asked")
        name, _colon, detail = why.partition(": ")
        known = name in set(Outcome)
        said = words.outcome(Outcome(name), self._locale) if known else _("not heard")
        detail = one_line(detail if known else why, 80)
        status = _STATUS.search(detail)
        if self._locale.language != "en":
            detail = status[0] if status else ""
        return f"{said} ({detail})" if detail else said

    def _strip(self, one: PlaceCover) -> str:
        d, zone = self._dossier, ZoneInfo(self._dossier.timezone)
        day, letters = d.since.astimezone(zone).date(), list[str]()
        last = min(d.until, d.made_at)
        # A source that was added on the way was not listened to before, nor one that was taken away after.
        began, ended = one.since or d.until - timedelta(hours=one.hours), one.until or last
        while len(letters) < 400 and (begin := instant(day, time(0), zone)) < last:
            day += timedelta(days=1)
            end = instant(day, time(0), zone)
            lost = sum(
                ((min(until, end) - max(since, begin)) for since, until, _ in one.gaps if since < end and until > begin),
                timedelta(),
            )
            if end <= began or begin >= ended:
                letters.append(".")
            else:
                letters.append("h" if lost < timedelta(hours=2) else "n" if lost > (end - begin) * 0.9 else "p")
        return "".join(letters)

    def _heard(self) -> Iterator[str]:
        cover, locale = self._dossier.cover, self._locale
        yield locale.gettext(
            "On %(covered)s of %(days)s days at least one source was heard; of all "
            "the hours in which the sources together were to be heard, it was %(share)s.",
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
            verdict_words=verdict_of(one.wording, self._locale),
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
            verdict=verdict_of(was.wording, self._locale),
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
            where = _("removed since (%(cause)s)", cause=cause_of(cause, self._locale)) if cause else _("no longer in the archive")
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

    def _footnote(self) -> str:
        locale = self._locale
        gone = sum(n for _, n in self._dossier.removed) + len(self._shown.gone)
        said = locale.gettext(
            "No text model wrote anything here: words are fixed, numbers are computed, notes are signed by people."
        )
        if not gone:
            return said
        return f"{said} " + locale.ngettext(
            "%(n)s item that once counted was removed from the archive; the appendix says why.",
            "%(n)s items that once counted were removed from the archive; the appendix says why.",
            gone,
        )
