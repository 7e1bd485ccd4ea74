"""Files on their way in: kept under the server's own names until they are imported."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from feedback_platform.errors import BadInput, TooLarge

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file below ``VAR_DIR/uploads``, what its owner called it, and its SHA-256."""

    original_name: str
    stored_name: str
    digest: str
    size: int

    @property
    def path(self) -> Path:
        return upload_path(self.stored_name)


def upload_path(stored_name: str) -> Path:
    return settings.VAR_DIR / "uploads" / stored_name


def rejects_path(rejects_name: str) -> Path:
    return settings.VAR_DIR / "rejects" / rejects_name


def store_upload(*, name: str, pieces: Iterable[bytes]) -> StoredFile:
    """Write the pieces to a new file and digest them on the way.

    Raises:
        TooLarge: the file is over IMPORT_MAX_FILE_BYTES; nothing is left behind.
    """
    stored_name = uuid.uuid4().hex
    path = upload_path(stored_name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as file:
            for piece in pieces:
                size += len(piece)
                if size > settings.IMPORT_MAX_FILE_BYTES:
                    raise TooLarge(
                        f"{name} has more than {settings.IMPORT_MAX_FILE_BYTES:,} bytes "
                        "(IMPORT_MAX_FILE_BYTES). Split it into several files."
                    )
                digest.update(piece)
                file.write(piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return StoredFile(shown_name(name), stored_name, digest.hexdigest(), size)


def store_local_file(*, path: Path) -> StoredFile:
    """Take a copy of a file on this machine, so that it cannot change while it is read.

    Raises:
        BadInput: it cannot be read.
        TooLarge: it is over IMPORT_MAX_FILE_BYTES.
    """
    try:
        if not path.is_file():
            kind = "is no file" if path.exists() else "does not exist"
            raise BadInput(f"{path} {kind}. Give the path of one file.")
        with path.open("rb") as file:
            return store_upload(name=path.name, pieces=iter(lambda: file.read(PIECE), b""))
    except PermissionError:
        raise BadInput(f"{path} cannot be read: permission denied.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise BadInput(f"This path cannot be used: {error}.") from None


def remove_upload(*, stored_name: str) -> None:
    upload_path(stored_name).unlink(missing_ok=True)


def shown_name(name: str) -> str:
    """A file name as PostgreSQL and a page can hold it."""
    plain = name.encode("utf-8", errors="replace").decode().replace("\0", "")
    return plain[-255:] or "file"
