"""Rows of a driver as columns of numbers: marks that only say "the same", seconds out of a database's own text, orders."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_Bits = NDArray[np.uint64]
_DIGITS = len("2026-11-22 07:30:00.000000")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).toordinal()


class Marks:
    """Numbers that only say "the same"; whoever has them but not the salt cannot tell a name or an address from its number.

    A text's number is the sum of its bytes, each times a number of its place, mixed: multilinear hashing (Carter & Wegman (1979),
    Journal of Computer and System Sciences 18:143-154), so that texts nobody chose to that end share one with a chance of 2^-56.
    A key before and one after the mixing (Even & Mansour (1997), Journal of Cryptology 10:151-161) keep whoever knows the number of
    one name from working out those of others.
    """

    def __init__(self, salt: int) -> None:
        keys = _mixed(np.arange(3, dtype=np.uint64) + np.uint64(salt & 0xFFFF_FFFF_FFFF_FFFF))
        self._before, self._after, self._first = keys
        self._weights: _Bits = np.zeros(0, np.uint64)

    def texts(self, texts: Sequence[str]) -> Numbers:
        """The number of each text, 1 or more; none of them may be empty."""
        whole = "".join(texts)
        if whole.isascii():
            raw = whole.encode()
            sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        else:
            bodies = [one.encode("utf-8", "surrogatepass") for one in texts]
            raw = b"".join(bodies)
            sizes = np.fromiter(map(len, bodies), np.int64, len(bodies))
        starts = np.cumsum(sizes) - sizes
        places = np.arange(len(raw)) - np.repeat(starts, sizes)
        products = self._at(int(sizes.max()))[places]
        products *= np.frombuffer(raw, np.uint8).astype(np.uint64) + np.uint64(1)
        return self._numbers(np.add.reduceat(products, starts) + sizes.astype(np.uint64))

    def numbers(self, numbers: Numbers) -> Numbers:
        """Another number for each number, 1 or more."""
        return self._numbers(numbers.view(np.uint64))

    def _numbers(self, bits: _Bits) -> Numbers:
        found: Numbers = np.maximum(((_mixed(bits ^ self._before) ^ self._after) >> np.uint64(1)).view(np.int64), 1)
        return found

    def _at(self, places: int) -> _Bits:
        if len(self._weights) < places:
            self._weights = _mixed(np.arange(2 * places, dtype=np.uint64) + self._first)
        return self._weights


def _mixed(bits: _Bits) -> _Bits:
    """Splitmix64: Steele, Lea & Flood (2014), OOPSLA, figure 17."""
    mixed = bits + np.uint64(0x9E37_79B9_7F4A_7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return mixed ^ (mixed >> np.uint64(31))


def seconds(moments: Sequence[str]) -> Numbers:
    """Whole seconds since 1970 from moments as SQLite holds them ("2026-11-22 07:30:00.000000", in UTC).

    Asking SQLite for them costs it more than all the rest of a row.
    """
    whole = "".join(moments).encode()
    if len(whole) != _DIGITS * len(moments):
        return np.array([int(datetime.fromisoformat(one).replace(tzinfo=UTC).timestamp() // 1) for one in moments], np.int64)
    digits = np.frombuffer(whole, np.uint8).reshape(-1, _DIGITS).astype(np.int64) - ord("0")
    days = digits[:, [0, 1, 2, 3, 5, 6, 8, 9]] @ 10 ** np.arange(7, -1, -1)
    known, place = np.unique(days, return_inverse=True)
    ordinals = [datetime(one // 10_000, one // 100 % 100, one % 100, tzinfo=UTC).toordinal() for one in known.tolist()]
    midnights = (np.array(ordinals, np.int64) - _EPOCH) * 86_400
    found: Numbers = midnights[place.reshape(-1)] + digits[:, [11, 12, 14, 15, 17, 18]] @ np.array([36_000, 3_600, 600, 60, 10, 1])
    return found


def in_order(columns: dict[str, array[int]]) -> Numbers | None:
    """Bring columns into the order of (at, id); where each row came to stand, None where they were in it already."""
    at, ids = (np.frombuffer(columns[name], np.int64) for name in ("at", "id"))
    later = at[1:] > at[:-1]
    if np.all(later | ((at[1:] == at[:-1]) & (ids[1:] > ids[:-1]))):
        return None
    order = np.lexsort((ids, at))
    del at, ids, later
    for name, column in columns.items():
        sorted_ = array(column.typecode)
        sorted_.frombytes(np.frombuffer(column, f"={column.typecode}")[order].tobytes())
        columns[name] = sorted_
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return places
