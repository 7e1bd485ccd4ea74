"""Texts that are nearly the same: most of what one says stands in the other, word for word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

# Shingles are runs of eight octets of the text without case and repeated spaces.
SHINGLE = 8
# Shorter texts share too few shingles to tell a template from a copy.
MIN_OCTETS = 64
MAX_OCTETS = 4_000
BANDS = 21
ROWS = 6
BINS = BANDS * ROWS
SIMILAR = 0.8
TEXTS_AT_A_TIME = 2_000

_NOTHING = np.uint64(2**64 - 1)
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """Texts in clusters of nearly the same.

    Attributes:
        cluster: The cluster of each text, shape (n_texts,); a text without a near duplicate is
            alone in its cluster.
        is_compared: Whether the text was long enough to be compared.
    """

    cluster: NDArray[np.int64]
    is_compared: NDArray[np.bool_]

    @property
    def has_company(self) -> NDArray[np.bool_]:
        """Whether a text has a near duplicate."""
        return np.asarray(np.bincount(self.cluster)[self.cluster] > 1)


def near_duplicates(texts: Sequence[str], *, step: Callable[[str], None]) -> NearDuplicates:
    """Group texts whose shingles overlap by 0.8 or more (Jaccard), as estimated.

    One-permutation MinHash with 126 bins, whose share of equal bins estimates the overlap with
    a standard error of at most 0.045; pairs are looked for in 21 bands of six bins, which finds
    99.8 % of pairs at 0.8 and hardly any at 0.4. Of many texts with an equal band each is
    compared with the first: time stays proportional to the texts, whatever they are.

    Source: Li, Owen and Zhang (2012), One Permutation Hashing, NIPS; Leskovec, Rajaraman and
    Ullman, Mining of Massive Datasets, 3rd ed., section 3.4 (bands).
    """
    signatures = np.full((len(texts), BINS), _NOTHING)
    for start in range(0, len(texts), TEXTS_AT_A_TIME):
        step(f"Comparing texts from {start + 1:,} of {len(texts):,}")
        some = slice(start, start + TEXTS_AT_A_TIME)
        signatures[some] = _signatures(texts[some])
    is_compared = (signatures != _NOTHING).any(axis=1)
    _fill(signatures, is_compared)
    first, second = _similar_pairs(signatures, np.flatnonzero(is_compared))
    links = sparse.coo_array((np.ones(first.size), (first, second)), shape=(len(texts),) * 2)
    _, cluster = sparse.csgraph.connected_components(links, directed=False)
    return NearDuplicates(cluster.astype(np.int64), is_compared)


def normalised(text: str) -> str:
    """The text without case and with single spaces."""
    return " ".join(text.split()).casefold()


def _signatures(texts: Sequence[str]) -> Hashes:
    """The least hash of each text's shingles in each bin."""
    octets = [
        normalised(text[:MAX_OCTETS]).encode("utf-8", "replace")[:MAX_OCTETS] for text in texts
    ]
    sizes = np.array([len(one) if len(one) >= MIN_OCTETS else 0 for one in octets])
    found = np.full((len(texts), BINS), _NOTHING)
    joined = np.frombuffer(
        b"".join(one for one in octets if len(one) >= MIN_OCTETS), dtype=np.uint8
    )
    if joined.size < SHINGLE:
        return found
    n_windows = joined.size - SHINGLE + 1
    windows = np.zeros(n_windows, dtype=np.uint64)
    for offset in range(SHINGLE):
        windows |= joined[offset : offset + n_windows].astype(np.uint64) << np.uint64(8 * offset)
    owner = np.repeat(np.arange(len(texts)), sizes)
    # Windows over the border between two texts belong to neither.
    is_inside = owner[:n_windows] == owner[SHINGLE - 1 :]
    hashes = _mixed(windows[is_inside])
    bins = (hashes % np.uint64(BINS)).astype(np.int64)
    np.minimum.at(found.reshape(-1), owner[:n_windows][is_inside] * BINS + bins, hashes)
    return found


def _mixed(values: Hashes) -> Hashes:
    """The finaliser of SplitMix64: every bit of the value moves every bit of the hash."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _fill(signatures: Hashes, is_compared: NDArray[np.bool_]) -> None:
    """Give an empty bin a hash made from that of the next bin that is not empty."""
    for _ in range(BINS):
        is_empty = (signatures == _NOTHING) & is_compared[:, None]
        if not is_empty.any():
            return
        neighbour = np.roll(signatures, -1, axis=1)
        moved = _mixed(neighbour + np.uint64(1))
        np.copyto(signatures, moved, where=is_empty & (neighbour != _NOTHING))


def _similar_pairs(
    signatures: Hashes, compared: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that share a band and most of their bins."""
    firsts, seconds = [], []
    for band in range(BANDS):
        part = signatures[compared, band * ROWS : (band + 1) * ROWS]
        key = np.zeros(compared.size, dtype=np.uint64)
        for column in part.T:
            key = _mixed(key + column)
        order = np.argsort(key, kind="stable")
        is_new = np.ones(order.size, dtype=bool)
        is_new[1:] = key[order][1:] != key[order][:-1]
        leader = order[np.flatnonzero(is_new)][np.cumsum(is_new) - 1] if order.size else order
        first, second = compared[leader[~is_new]], compared[order[~is_new]]
        equal = (signatures[first] == signatures[second]).mean(axis=1) >= SIMILAR
        firsts.append(first[equal])
        seconds.append(second[equal])
    return np.concatenate(firsts), np.concatenate(seconds)
