"""A column of words with few different values, held as one small number a case."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sync_server.repositories.case_columns import Column

Code = NDArray[np.uint16]


class Codes:
    """The value of each case. `values[code]` is the word; code 0 is the empty one, which is that of numbers unused."""

    def __init__(self) -> None:
        self.values: list[str] = [""]
        self.of: Code = np.zeros(0, np.uint16)
        self._places = {"": 0}

    def grow(self, size: int) -> None:
        """Make room for numbers below `size`."""
        self.of = np.concatenate((self.of, np.zeros(size - len(self.of), np.uint16)))

    def put(self, numbers: NDArray[np.int64], column: Column) -> Code:
        """Let these cases have the words of this column, and return their codes."""
        for word in column.words:
            if word not in self._places:
                self._places[word] = len(self.values)
                self.values.append(word)
        codes: Code = column.of(self._places.__getitem__, np.uint16)
        self.of[numbers] = codes
        return codes

    def code_of(self, word: str) -> int:
        """Return the code of a word, or -1 if no case has it."""
        return self._places.get(word, -1)

    def where(self, is_wanted: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Return for each number whether its word is wanted."""
        return np.array([is_wanted(word) for word in self.values], np.bool_)[self.of]
