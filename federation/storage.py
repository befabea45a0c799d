"""Private files: sealed on disk, outside the web root, handed out only by views that check the scope."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from federation import sealed

_PLACE = "private-file"


class _Sealing(File):
    """A file as it goes to the disk: one piece in memory at a time."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        content = self.file
        assert content is not None
        content.seek(0)
        plain = iter(lambda: content.read(sealed.PIECE), b"")
        return sealed.sealed_pieces(plain, place=_PLACE)


@deconstructible
class SealedStorage(FileSystemStorage):
    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        name = name or getattr(content, "name", None)
        return super().save(name, _Sealing(content, name=name), max_length)

    def open(self, name: str, mode: str = "rb") -> File:
        """Files from before they were sealed in pieces are opened whole."""
        stored = super().open(name, "rb")
        if stored.read(1) != bytes([sealed.PIECES]):
            stored.seek(0)
            with stored:
                return ContentFile(sealed.unseal_bytes(stored.read(), place=_PLACE), name=name)
        stored.seek(0)
        return File(io.BufferedReader(sealed.PiecesReader(stored, place=_PLACE), sealed.PIECE), name=name)

    def url(self, name: str | None) -> str:
        raise NotImplementedError("private files have no address")
