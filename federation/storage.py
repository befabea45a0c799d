"""Private files: sealed on disk, outside the web root, handed out only by views that check the scope."""

from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from federation import sealed

_PLACE = "private-file"


@deconstructible
class SealedStorage(FileSystemStorage):
    """Holds whole files in memory while sealing; uploads are capped well below that."""

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        content.seek(0)
        closed = ContentFile(sealed.seal_bytes(content.read(), place=_PLACE))
        return super().save(name or getattr(content, "name", None), closed, max_length)

    def open(self, name: str, mode: str = "rb") -> File:
        with super().open(name, "rb") as stored:
            return ContentFile(sealed.unseal_bytes(stored.read(), place=_PLACE), name=name)

    def url(self, name: str | None) -> str:
        raise NotImplementedError("private files have no address")
