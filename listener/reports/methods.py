"""The methods of an evidence report in words: each formula once, with its source (docs/explanation/evidence.md says more)."""

from __future__ import annotations

from listener.reports.locale import Locale


def methods(locale: Locale) -> dict[str, tuple[str, str, str]]:
    """What each method of core.dossier.Figure is called, its formula, and its source."""
    _ = locale.gettext
    return {
        "count": (
            _("a plain count"),
            _("stories, voices and items apart; reprints fold into their story, one voice counts once."),
            "",
        ),
        "wilson": (
            _("share, Wilson score"),
            _("(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), with z = 1.96."),
            "Wilson (1927), JASA 22",
        ),
        "double-sampling": (
            _("share corrected by hand checks"),
            _("what the machine put where, times what people say of a random sample of each; the interval by drawing again."),
            "Tenenbein (1970), JASA 65; Rogan & Gladen (1978)",
        ),
        "bootstrap": (
            _("drawing again"),
            _("the middle 95% of the measure over samples drawn from what was seen, with a stored seed."),
            "Efron & Tibshirani (1993)",
        ),
        "gamma": (
            _("sum of unequal amounts"),
            _("the bounds of a gamma distribution with the mean and the variance of the sum, one largest amount more above."),
            "Fay & Feuer (1997), Stat. Med. 16",
        ),
        "poisson": (
            _("rate of events"),
            _("the exact bounds of a Poisson mean, divided by the time heard."),
            "Garwood (1936), Biometrika 28",
        ),
        "quasi-poisson": (
            _("rate of events that come in bursts"),
            _("a mean by heard week; the variance is the multiple of the mean that the weeks themselves show."),
            "McCullagh & Nelder (1989), 4.5",
        ),
        "newcombe": (
            _("difference of two shares"),
            _("one share less the other; the interval from both Wilson intervals."),
            "Newcombe (1998), Stat. Med. 17",
        ),
        "kaplan-meier": (
            _("still waiting, Kaplan–Meier"),
            _(
                "the product over answers of (1 − answered/waiting); who was not answered as far as we "
                "looked is censored, not counted as never."
            ),
            "Kaplan & Meier (1958), JASA 53; Greenwood (1926)",
        ),
        "theil-sen": (
            _("trend, Theil–Sen"),
            _("the median of the slopes of all pairs of weeks, never across a change of the query."),
            "Theil (1950); Sen (1968), JASA 63",
        ),
        "student": (
            _("mean, Student"),
            _("mean ± t·s/√n."),
            "Student (1908), Biometrika 6",
        ),
        "order-statistics": (
            _("median and quantile"),
            _("the logged values in order; its bounds lie between two of them each, by the beta distribution."),
            "Hutson (1999), J. Appl. Stat. 26",
        ),
        "good-turing": (
            _("unseen part, Good–Turing"),
            _("the number heard once, divided by all that was heard."),
            "Good (1953), Biometrika 40",
        ),
        "chapman": (
            _("all there is, capture–recapture"),
            _("(n₁+1)(n₂+1)/(m+1) − 1 from two routes that find independently of one another, which is assumed."),
            "Chapman (1951); Sadinle (2009)",
        ),
        "krippendorff": (
            _("agreement, Krippendorff"),
            _("1 − observed/expected disagreement between people."),
            "Krippendorff (2011)",
        ),
    }
