"""The two tables as files that are written while they are read: CSV and Parquet."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from sync_server.services.exports.cells import Row
from sync_server.services.exports.columns import Column, Kind
from sync_server.services.exports.csv_safe import csv_line, csv_lines

ROW_GROUP = 5_000
"""Rows of a row group: what is held in memory before it is written."""


def csv_file(
    columns: Sequence[Column], parts: Iterable[Sequence[Row]], wrote: Callable[[int], None]
) -> Iterator[bytes]:
    """Give the file piece by piece. `wrote` is told how many rows each piece has."""
    yield csv_line([column.name for column in columns]).encode()
    for rows in parts:
        wrote(len(rows))
        yield csv_lines(rows).encode()


def parquet_file(
    columns: Sequence[Column], parts: Iterable[Sequence[Row]], wrote: Callable[[int], None], about: dict[str, str]
) -> Iterator[bytes]:
    """Give the file piece by piece: typed columns, texts by dictionary, `about` in its metadata.

    The file ends with what a reader needs to open it, so one that broke off is never taken for whole.
    """
    # Loaded here: most servers never write one, and it takes 0.2 s.
    import pyarrow as pa
    from pyarrow import parquet

    schema = _schema(pa, columns, about)
    sink = _Pieces()
    with parquet.ParquetWriter(
        sink, schema, compression="zstd", use_dictionary=[one.name for one in columns if one.kind is Kind.TEXT]
    ) as writer:
        waiting: list[Row] = []
        for rows in chain(parts, (None,)):
            waiting += rows or ()
            while len(waiting) >= ROW_GROUP or (rows is None and waiting):
                group, waiting = waiting[:ROW_GROUP], waiting[ROW_GROUP:]
                arrays = [
                    pa.array(cells, field.type) for cells, field in zip(zip(*group, strict=True), schema, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=ROW_GROUP)
                wrote(len(group))
                yield sink.taken()
    yield sink.taken()


def _schema(pa: Any, columns: Sequence[Column], about: dict[str, str]) -> Any:
    types = {
        Kind.TEXT: pa.string(),
        Kind.NUMBER: pa.float64(),
        Kind.WHOLE: pa.int32(),
        Kind.TRUTH: pa.bool_(),
    }
    fields = []
    for one in columns:
        said = {"meaning": one.meaning, "unit": one.unit, "values": " ".join(one.values)}
        fields.append(pa.field(one.name, types[one.kind], metadata={key: text for key, text in said.items() if text}))
    return pa.schema(fields, metadata=about)


class _Pieces(io.RawIOBase):
    """A file that is only written to, and whose bytes are taken away as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
