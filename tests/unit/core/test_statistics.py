"""Estimates and their errors: against published examples, and by the laws that any such estimate keeps."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.statistics.agreement import alpha
from listener.core.statistics.beta import chi_square, incomplete_beta
from listener.core.statistics.corrected import misjudged
from listener.core.statistics.interval import Interval, student
from listener.core.statistics.rates import bursty, poisson, quantile, tail, total
from listener.core.statistics.resampled import bootstrap, mean
from listener.core.statistics.shares import newcombe, slips, stratified, wilson, without_noise
from listener.core.statistics.survival import kaplan_meier
from listener.core.statistics.trend import theil_sen
from listener.core.statistics.unseen import chapman, good_turing

CLOSE = 5e-4


def test_wilson_is_as_published() -> None:
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3."""
    for (x, n), (low, high) in {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }.items():
        assert wilson(x, n) == pytest.approx((x / n, low, high), abs=CLOSE)
    assert wilson(5, 5).low == pytest.approx(0.57, abs=0.01)
    assert wilson(0, 0) == (0.5, 0.0, 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 400))
def test_wilson_keeps_its_laws(x: int, n: int, more: int) -> None:
    """It holds its share, is symmetric, and a sample of all there is leaves nothing open."""
    x = min(x, n)
    found, turned, finite = wilson(x, n), wilson(n - x, n), wilson(x, n, population=n + more)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert (1 - found.high, 1 - found.low) == pytest.approx((turned.low, turned.high))
    assert finite.high - finite.low <= found.high - found.low + 1e-12
    assert finite.low >= x / (n + more) - 1e-12
    assert finite.high <= 1 - (n - x) / (n + more) + 1e-12
    if not more:
        assert finite == (x / n, x / n, x / n)


def test_a_difference_of_shares_is_as_published() -> None:
    """Newcombe (1998), Statistics in Medicine 17:873-890, table II, 56/70 - 48/80 by method 10."""
    assert newcombe(wilson(56, 70), wilson(48, 80)) == pytest.approx((0.2, 0.0524, 0.3339), abs=CLOSE)


def test_strata_weigh_as_they_are_large() -> None:
    """A stratum of nine tenths says nine tenths of the share; what nobody checked is left out, and so is the error of a census."""
    found = stratified([(900, 30, 3), (100, 30, 27)])
    assert found.value == pytest.approx(0.9 * 0.1 + 0.1 * 0.9)
    assert found.low < found.value < found.high
    assert stratified([(900, 30, 3), (100, 0, 0)]).value == pytest.approx(0.1)
    assert stratified([(30, 30, 3)]) == (0.1, 0.1, 0.1)
    assert stratified([]) == (0.5, 0.0, 1.0)
    wide = stratified([(30, 30, 3)], finite=False)
    assert wide.high - wide.low > 0.1
    one = stratified([(1000, 50, 20)], finite=False)
    assert (one.low, one.high) == pytest.approx(wilson(20, 50)[1:], abs=0.01)


def test_slips_are_taken_out_of_a_share() -> None:
    """Rogan & Gladen: with a tenth of slips 18 % are seen where 10 % are; a share that slips alone explain is nothing."""
    sure = Interval(0.1, 0.1, 0.1)
    assert without_noise(Interval(0.18, 0.18, 0.18), sure).value == pytest.approx(0.1)
    assert without_noise(Interval(0.05, 0.05, 0.05), sure).value == 0.0
    assert without_noise(Interval(0.5, 0.4, 0.6), Interval(0.5, 0.5, 0.5)).value == 0.5
    doubtful = without_noise(Interval(0.1, 0.1, 0.1), Interval(0.02, 0.0, 0.05))
    assert doubtful.low < doubtful.value < doubtful.high
    census = without_noise(Interval(0.5, 0.5, 0.5), Interval(0.02, 0.02, 0.02), checked=100)
    assert census.high - census.low == pytest.approx(2 * 1.96 * 0.014, abs=0.001)


def test_slips_are_half_of_what_two_people_differ_on() -> None:
    """Of a thousand doubles with twenty that differ a hundredth is a slip; with too few doubles it is what is assumed."""
    assert slips(20, 1000, assumed=0.02).value == pytest.approx(0.0104, abs=0.0005)
    assert slips(0, 5, assumed=0.02) == (0.02, 0.0, 0.06)
    assert 0 < slips(0, 50, assumed=0.02).value < 0.01


def test_rates_of_counts_are_as_published() -> None:
    """Garwood's exact limits (Biometrika 1936) to two digits; none seen may still be three and more."""
    for count, low, high in ((0, 0.0, 3.689), (1, 0.0253, 5.5716), (10, 4.795, 18.390), (100, 81.36, 121.63)):
        assert poisson(count) == pytest.approx((count, low, high), abs=0.06)
    assert poisson(10, 2.0).value == 5.0
    for wrong in ((-1, 1.0), (1, 0.0)):
        with pytest.raises(ValueError, match="is not a rate"):
            poisson(*wrong)


def test_counts_that_vary_more_have_wider_rates() -> None:
    """Even weeks are taken for Poisson's, uneven ones are not; one week or none tells nothing of that."""
    assert bursty([10, 11, 9, 10]) == poisson(40, 4.0)
    wild = bursty([0, 0, 40, 0])
    assert wild.value == 10.0
    assert wild.high > poisson(40, 4.0).high * 2
    assert bursty([7], [2.0]) == poisson(7, 2.0)
    assert bursty([0, 0]) == poisson(0, 2.0)


def test_a_tail_is_the_chance_of_so_many() -> None:
    """By hand: one in two of at least one where ln 2 are expected."""
    assert tail(1, math.log(2)) == pytest.approx(0.5)
    assert tail(0, 0.0) == 1.0
    assert tail(1, 0.0) == 0.0
    assert tail(5, 2.0) == pytest.approx(0.0527, abs=1e-4)


def test_quantiles_have_bounds_from_the_order() -> None:
    """Of twelve values the 3rd and the 10th are a little too wide for the median (96.1 %), the 4th and the 9th too narrow."""
    values = [float(n) for n in range(1, 13)]
    found = quantile(values, 0.5)
    assert found is not None
    assert 3 < found.low < 3.5
    assert found.high == pytest.approx(13 - found.low)  # a bound that is not there is infinite
    assert quantile([1.0, 2.0], 0.9) == pytest.approx((2.0, 1.26, math.inf), abs=0.01)
    assert quantile([1.0, 2.0], 0.1) == pytest.approx((1.0, -math.inf, 1.74), abs=0.01)
    assert quantile([5.0], 0.5) == (5.0, -math.inf, math.inf)
    assert quantile([7.0] * 40, 0.9) == (7.0, 7.0, 7.0)
    assert quantile([], 0.5) is None
    many = quantile([float(n) for n in range(10_000)], 0.5)
    assert many is not None
    assert (many.low, many.high) == pytest.approx((4901, 5098), abs=3)


def test_students_quantiles_are_those_of_the_tables() -> None:
    """To three digits."""
    for df, wanted in ((1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (12, 2.179), (30, 2.042)):
        assert student(df) == pytest.approx(wanted, abs=0.003)


def test_the_slope_is_the_median_of_slopes() -> None:
    """A line is found in spite of an odd week, and two pieces at different heights do not bend one another."""
    line = [(float(n), 2.0 * n) for n in range(12)]
    found = theil_sen([[*line[:5], (5.0, 99.0), *line[6:]]])
    assert found is not None
    assert found.value == 2.0
    assert found.low <= 2.0 <= found.high
    both = theil_sen([line[:6], [(x, y + 100) for x, y in line[6:]]])
    assert both is not None
    assert both.value == 2.0
    assert theil_sen([[(0.0, 1.0), (1.0, 2.0)]]) is None
    short = theil_sen([line[:3]])
    assert short is not None
    assert (short.low, short.high) == (-math.inf, math.inf)


def test_waiting_is_as_published() -> None:
    """Freireich's leukaemia trial, the 6-MP arm (Kalbfleisch & Prentice): 0.857 at 6 weeks, 0.448 at 23, median 23."""
    events = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    stopped = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier([(float(n), True) for n in events] + [(float(n), False) for n in stopped])
    six, late = curve.at(6.0), curve.at(23.0)
    assert six is not None
    assert late is not None
    assert six.value == pytest.approx(0.857, abs=CLOSE)
    assert late.value == pytest.approx(0.448, abs=CLOSE)
    assert 0.18 < late.low < 0.448 < late.high < 0.72
    half = curve.half()
    assert half is not None
    assert (half.value, half.high) == (23.0, math.inf)
    assert 10 <= half.low <= 16
    whole = kaplan_meier([(float(n), True) for n in range(1, 21)]).at(5.0)
    assert whole == pytest.approx(wilson(15, 20))  # with nobody lost from sight it is a share
    assert curve.at(36.0) is None
    assert curve.at(1.0) == wilson(21, 21)
    assert (curve.n, curve.events) == (21, 9)


def test_waiting_of_nobody_and_of_all_at_once() -> None:
    """Nothing is said where nobody waited; when all are answered at once nobody waits any more."""
    nobody = kaplan_meier([])
    assert nobody.at(0.0) is None
    assert nobody.half() is None
    assert kaplan_meier([(1.0, True), (1.0, True)]).at(1.0) == wilson(0, 2)


def test_the_unseen_is_the_share_of_the_once_seen() -> None:
    """Good (1953): all once is all new; everybody twice is nobody new."""
    assert good_turing([1] * 50) == (1.0, 1.0, 1.0)
    assert good_turing([2] * 50) is not None
    found = good_turing([1] * 20 + [2] * 10 + [5] * 12)
    assert found is not None
    assert found.value == 0.2
    assert found.low < 0.2 < found.high
    assert good_turing([]) is None


def test_capture_and_recapture_is_as_published() -> None:
    """Seber (1982), the example of 200 marked, 100 caught, 20 of them marked: 965 by Chapman; never fewer than were seen."""
    found = chapman(200, 100, 20)
    assert found.value == pytest.approx(201 * 101 / 21 - 1)
    assert 280 < found.low < found.value < found.high
    assert chapman(10, 10, 10) == pytest.approx((10.0, 10.0, 11.06), abs=0.01)
    assert chapman(0, 0, 0) == (0.0, 0.0, math.inf)
    assert chapman(3, 40, 2).low >= 41
    with pytest.raises(ValueError, match="cannot find 11"):
        chapman(10, 12, 11)


def test_what_two_routes_miss_is_held_by_its_interval() -> None:
    """In 400 seeded catches of sixty: about as often as it says, where the log-normal interval held it nine times in ten."""
    random = Random(8)
    held = 0
    for _ in range(400):
        caught = [(random.random() < 0.6, random.random() < 0.45) for _ in range(60)]
        found = chapman(sum(a for a, _ in caught), sum(b for _, b in caught), sum(a and b for a, b in caught))
        held += found.low <= 60 <= found.high
    assert 0.93 <= held / 400 <= 0.985


def test_what_was_drawn_with_a_seed_is_drawn_again() -> None:
    """The same seed gives the same interval, and it holds the measure."""
    values = [float(n) for n in range(40)]

    def middle(some: object) -> float:
        return sum(some) / len(some)  # type: ignore[arg-type, call-overload, no-any-return]

    first = bootstrap(values, middle, "a")
    assert first is not None
    assert first == bootstrap(values, middle, "a")
    assert first != bootstrap(values, middle, "b")
    assert first.low < first.value == 19.5 < first.high
    assert bootstrap([], middle, "a") is None


def test_a_quantiles_interval_holds_what_it_says() -> None:
    """Of the ninth decile of thirty values, which whole ranks bound too widely: 95 % in 600 seeded draws, within chance."""
    random = Random(5)
    held = 0
    for _ in range(600):
        found = quantile([random.random() for _ in range(40)], 0.9)
        assert found is not None
        held += found.low <= 0.9 <= found.high
    assert 0.93 <= held / 600 <= 0.97


def test_a_sum_of_alike_amounts_has_the_bounds_of_its_count() -> None:
    """Fay & Feuer (1997): with equal amounts it is Poisson's own interval; unequal ones widen it, upwards most."""
    alike = total([10.0] * 30)
    assert alike == pytest.approx(poisson(30).times(10.0), rel=2e-3)
    unequal = total([5.0] * 29 + [155.0])
    assert unequal.value == alike.value
    assert unequal.low < alike.low
    assert unequal.high - 300 > 2 * (300 - unequal.low)
    assert total([]) == total([0.0, 0.0]) == (0.0, 0.0, 0.0)
    few = total([3.0])
    assert few.low < 3.0 < few.high


def test_the_beta_and_chi_square_distributions_are_those_of_the_tables() -> None:
    """Binomial sums (Abramowitz & Stegun, 26.5.24), symmetry, the ends, and chi-square's own table."""
    for n, k, p in ((12, 3, 0.5), (40, 38, 0.9), (7, 1, 0.01), (300, 150, 0.4)):
        chance = sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
        assert incomplete_beta(k, n + 1 - k, p) == pytest.approx(chance, abs=1e-10)
    assert incomplete_beta(2.5, 7.25, 0.3) == pytest.approx(1 - incomplete_beta(7.25, 2.5, 0.7))
    assert (incomplete_beta(2, 3, 0.0), incomplete_beta(2, 3, 1.0)) == (0.0, 1.0)
    assert [chi_square(0.975, df) for df in (10, 30, 100)] == pytest.approx([20.483, 46.979, 129.561], rel=1e-3)
    assert chi_square(0.025, 0.05) == 0.0


def test_a_mean_has_students_interval() -> None:
    """By hand: of 1, 2, 3 the mean is 2 and the half width 4.303 times 0.577."""
    assert mean([1.0, 2.0, 3.0]) == pytest.approx((2.0, 2 - 2.484, 2 + 2.484), abs=1e-3)
    assert mean([1.0]) is None


def test_the_confusion_matrix_corrects_a_share() -> None:
    """A machine that calls half of the complaints so, and a tenth of the rest, is set right; the unchecked are not guessed."""
    judged = {"complaint": 140.0, "other": 860.0}
    found = misjudged(judged, {"complaint": (70, 70, 35), "other": (200, 200, 12)}, "a")
    assert found is not None
    assert found.value == pytest.approx(0.14 * 0.5 + 0.86 * 0.06)
    assert found.low < found.value < found.high
    assert misjudged(judged, {"complaint": (70, 70, 35)}, "a") is None
    assert misjudged({}, {}, "a") is None
    assert misjudged(judged, {"complaint": (70, 0, 0), "other": (200, 0, 0)}, "a") is None


def test_the_corrected_share_holds_the_truth_as_often_as_it_says() -> None:
    """Of 200 drawn cases between 90 and 99 in a hundred hold it; the thousand worlds say it more closely."""
    held = 0
    for seed in range(200):
        r = Random(seed)
        truth = r.uniform(0.05, 0.4)
        cells: dict[str, list[int]] = {"yes": [0, 0, 0], "no": [0, 0, 0]}
        sizes = {"yes": 0.0, "no": 0.0}
        for n in range(600):
            true = r.random() < truth
            cell = "yes" if r.random() < (0.8 if true else 0.1) else "no"
            sizes[cell] += 1
            if n < 150:
                cells[cell] = [cells[cell][0] + 1, cells[cell][1] + 1, cells[cell][2] + true]
        found = misjudged(sizes, {name: (a, b, c) for name, (a, b, c) in cells.items()}, str(seed), draws=200)
        assert found is not None
        held += found.low <= truth <= found.high
    assert 180 <= held <= 198


def test_agreement_is_as_published() -> None:
    """Krippendorff (2011), section A: nominal data of two observers and ten units give 0.095."""
    first = "0 1 0 0 0 0 0 0 1 0".split()  # noqa: SIM905 - as it is printed
    second = "1 1 1 0 0 1 0 0 0 0".split()  # noqa: SIM905
    assert alpha(list(zip(first, second, strict=True))) == pytest.approx(0.095, abs=1e-3)
    assert alpha([("a", "a"), ("b", "b")]) == 1.0
    assert alpha([("a", "a"), ("a",)]) is None
    assert alpha([]) is None
