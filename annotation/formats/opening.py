"""Opening a file that may be compressed, cut off, or made to explode."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from annotation.formats.limits import Limits
from annotation.formats.problems import BadFile

GZIP_MAGIC = b"\x1f\x8b"
PARQUET_MAGIC = b"PAR1"
FOREIGN = {
    b"PK\x03\x04": "is a ZIP archive; unpack it and import the file inside",
    b"BZh": "is compressed with bzip2; use gzip or no compression",
    b"\xfd7zXZ": "is compressed with xz; use gzip or no compression",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd; use gzip or no compression",
    b"\xff\xfe": "is UTF-16; save it as UTF-8",
    b"\xfe\xff": "is UTF-16; save it as UTF-8",
    b"%PDF": "is a PDF document",
    b"SQLite format 3": "is an SQLite database",
}
UTF8_MARK = b"\xef\xbb\xbf"
PIECE = 64 * 1024


class Source:
    """The bytes of a file, inflated where it is gzip, within the limits.

    ``position`` says how many bytes of the file itself have been read, for progress.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self.inflated = 0
        self.line = 0
        self._file: IO[bytes] = _opened(path)
        self.size = path.stat().st_size
        start = self._file.read(16)
        self._file.seek(0)
        self.is_gzip = start.startswith(GZIP_MAGIC)
        self._stream: IO[bytes] = (
            gzip.GzipFile(fileobj=self._file, mode="rb") if self.is_gzip else self._file  # type: ignore[assignment]
        )
        try:
            self._check_size()
            self.start = self._start()
        except BaseException:
            self.close()
            raise

    @property
    def position(self) -> int:
        return min(self._file.tell(), self.size)

    def close(self) -> None:
        self._stream.close()
        self._file.close()

    def rewind(self) -> None:
        self._stream.seek(0)
        self.inflated = 0
        self.line = 0

    def lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Numbered lines with their line ends; None in place of one that is too long."""
        longest = self.limits.line_bytes
        while line := self._read_line(longest + 1):
            self.line += 1
            if len(line) > longest and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = self._read_line(PIECE)
                yield self.line, None
            elif self.line == 1 and line.startswith(UTF8_MARK):
                yield 1, line[len(UTF8_MARK) :]
            else:
                yield self.line, line

    def pieces(self) -> Iterator[bytes]:
        """The content in pieces of bounded size."""
        while piece := self._guarded(self._stream.read, PIECE):
            yield piece

    def _read_line(self, longest: int) -> bytes:
        return self._guarded(self._stream.readline, longest)

    def _guarded(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            data = read(size)
        except EOFError:
            raise self._damaged("is cut off") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._damaged(f"is damaged ({error})") from None
        except OSError as error:
            raise BadFile(f"cannot be read: {error.strerror}", line=self.line) from None
        self.count_inflated(len(data))
        return data

    def count_inflated(self, size: int) -> None:
        """Note how much the content took in memory; more than the limits allow is refused."""
        self.inflated += size
        if self.inflated > self.limits.inflated_bytes:
            limit = f"{self.limits.inflated_bytes:,} bytes (IMPORT_MAX_INFLATED_BYTES)"
            raise BadFile(f"the file inflates to more than {limit}", line=self.line + 1)
        if self.is_gzip and self.inflated > self.limits.ratio * self.size:
            limit = f"{self.limits.ratio:,} times its size (IMPORT_MAX_INFLATION_RATIO)"
            raise BadFile(f"the file inflates to more than {limit}", line=self.line + 1)

    def _damaged(self, what: str) -> BadFile:
        reason = f"the gzip file {what} after line {self.line:,}; compress or copy it again"
        return BadFile(reason, line=self.line + 1)

    def _check_size(self) -> None:
        if self.size == 0:
            raise BadFile("the file is empty")
        if self.size > self.limits.file_bytes:
            raise BadFile(
                f"the file has {self.size:,} bytes; at most {self.limits.file_bytes:,} are read "
                "(IMPORT_MAX_FILE_BYTES)"
            )

    def _start(self) -> bytes:
        """The first bytes of the content, from which its kind is read."""
        start = self._guarded(self._stream.read, PIECE)
        for magic, reason in FOREIGN.items():
            if start.startswith(magic):
                raise BadFile(f"the file {reason}")
        if start.startswith(GZIP_MAGIC):
            raise BadFile("the file is gzip inside gzip; inflate it once and import that")
        if not start.removeprefix(UTF8_MARK).strip():
            raise BadFile("the file is empty")
        self.rewind()
        return start


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise BadFile("there is no such file") from None
    except IsADirectoryError:
        raise BadFile("this is a folder; give one file") from None
    except PermissionError:
        raise BadFile("the file cannot be read: permission denied") from None
    except OSError as error:
        raise BadFile(f"the file cannot be read: {error.strerror}") from None
