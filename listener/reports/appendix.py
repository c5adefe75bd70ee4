"""The appendix of an evidence report: measures, hand checks, thresholds, versions, what was removed, and each figure's rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from listener.core.digest import one_line
from listener.core.dossier import Figure, Phrase
from listener.core.frozen import Report, RowSum, figures_of
from listener.core.kept import KeptMention
from listener.core.removal import Cause
from listener.core.values import dataclass
from listener.reports import evidence_view as v
from listener.reports.evidence import rows_file
from listener.reports.evidence_words import cause_of, value_of
from listener.reports.locale import Locale
from listener.reports.methods import methods


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a report shows of the archive as that is now: mentions it quotes, those that went since, and notes that were changed."""

    mentions: Mapping[int, KeptMention]
    gone: Mapping[int, Cause]
    broken: frozenset[str] = frozenset()


class Appendix:
    """Writes the appendix of one report in one language."""

    def __init__(self, report: Report, shown: Shown, locale: Locale) -> None:
        self._report = report
        self._dossier = report.dossier
        self._shown = shown
        self._locale = locale

    def _say(self, phrase: Phrase) -> str:
        return phrase.in_language(self._locale.language).strip()

    def tables(self) -> Iterator[v.Table]:
        """Measures, what was checked, thresholds, versions, what was removed, and the rows of each figure."""
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
                "Drawn at random by stratum with a stored seed; %(contested)s items on "
                "which people contradict one another were left out.",
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
            low, high = (value_of(end, one.unit, self._locale) for end in (one.low, one.high))
            interval = f"{low} – {high}"  # noqa: RUF001 - a dash between numbers
        return self._say(one.name), value_of(one.value, one.unit, self._locale), interval, self._locale.number(one.n)

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
            _(
                "version %(version)s: %(on)s, %(author)s",
                version=one.version,
                on=locale.date(one.on),
                author=one_line(one.author, 80),
            )
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
        rows = [
            (cause_of(Cause(cause), self._locale), locale.number(n), _("before this report")) for cause, n in self._dossier.removed
        ]
        rows += [
            (cause_of(cause, self._locale), locale.number(n), _("since this report was made")) for cause, n in sorted(since.items())
        ]
        remark = _("Of an item that goes, its words and its writer go; that it was there is counted here.")
        return v.Table(
            title=_("Removed items"), head=(_("why"), _("items"), _("when")), rows=tuple(rows), remark=remark, numbers=(1,)
        )

    def methods(self) -> Iterator[tuple[str, str, str]]:
        """Each formula that a figure was made by, once, with its source."""
        known = methods(self._locale)
        used = dict.fromkeys(one.method for _name, one in figures_of(self._dossier))
        yield from (known.get(one, (one, "", "")) for one in used if one)
