"""Which items of two lists belong together."""

from __future__ import annotations

from typing import Any

from mutandis.symbolic.comparison import eq

# Longer lists, as far as they differ, are compared position by position.
_MOST_PAIRS = 40_000

Step = tuple[int | None, int | None]


def align(old: list[Any], new: list[Any]) -> list[Step]:
    """Pairs the items of two lists, in order.

    As many equal items as possible are paired (the longest common subsequence). Of the others in
    between, those at corresponding places are paired as changes, and the rest are removals `(i,
    None)` or insertions `(None, j)`.
    """
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and eq(old[start], new[start]):
        start += 1
    end = 0
    while end < shorter - start and eq(old[-1 - end], new[-1 - end]):
        end += 1
    n, m = len(old) - start - end, len(new) - start - end
    common = _common(old[start : start + n], new[start : start + m]) if n * m <= _MOST_PAIRS else []
    steps: list[Step] = [(i, i) for i in range(start)]
    i = j = 0
    for next_i, next_j in [*common, (n, m)]:
        both = min(next_i - i, next_j - j)
        steps += [(start + i + k, start + j + k) for k in range(both)]
        steps += [(start + k, None) for k in range(i + both, next_i)]
        steps += [(None, start + k) for k in range(j + both, next_j)]
        if next_i < n:
            steps.append((start + next_i, start + next_j))
        i, j = next_i + 1, next_j + 1
    return steps + [(len(old) - k, len(new) - k) for k in range(end, 0, -1)]


def _common(old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
    """The index pairs of a longest common subsequence."""
    n, m = len(old), len(new)
    same = [[eq(a, b) for b in new] for a in old]
    length = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            if same[i][j]:
                length[i][j] = length[i + 1][j + 1] + 1
            else:
                length[i][j] = max(length[i + 1][j], length[i][j + 1])
    pairs = []
    i = j = 0
    while i < n and j < m:
        if same[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif length[i + 1][j] >= length[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


__all__ = ['Step', 'align']
