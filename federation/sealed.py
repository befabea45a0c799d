"""Sensitive text at rest: AES-256-GCM with a key id and associated data, a blind index for exact search, masks.

A sealed value is: algorithm tag (1 byte, 1 = AES-256-GCM), key id (1 byte), nonce (12 bytes), ciphertext with tag.
The associated data names table, column and the row's `public_id`, so a value copied to another row does not open.
"""

from __future__ import annotations

import base64
import hmac
import io
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

AES_256_GCM = 1


class SealBroken(ValueError):
    """The value was changed, moved to another row, or sealed with a key that is not configured."""


@cache
def _cipher(key_id: int) -> AESGCM:
    try:
        return AESGCM(settings.FIELD_KEYS[key_id])
    except KeyError:
        raise SealBroken(f"key {key_id} is not among FIELD_KEYS") from None


def seal(text: str, *, place: str, row: uuid.UUID) -> bytes:
    """`place` is "table.column"."""
    return seal_many([(row, text)], place=place)[0]


def seal_many(rows: Iterable[tuple[uuid.UUID, str]], *, place: str) -> list[bytes]:
    """Seal a column of values; one cipher object and one draw of randomness serve them all."""
    pairs = list(rows)
    return _seal([row.bytes for row, _ in pairs], [text for _, text in pairs], place=place)


def new_keys(count: int) -> list[bytes]:
    """`public_id`s for new rows as 16 random bytes each, from one draw."""
    drawn = os.urandom(16 * count)
    return [drawn[at : at + 16] for at in range(0, len(drawn), 16)]


def seal_column(keys: Sequence[bytes], texts: Sequence[str], *, place: str) -> list[bytes | None]:
    """As `seal_many`, for `public_id`s as bytes; an empty text is nothing."""
    given = iter(
        _seal([key for key, text in zip(keys, texts, strict=True) if text], list(filter(None, texts)), place=place)
    )
    return [next(given) if text else None for text in texts]


def _seal(keys: Sequence[bytes], texts: Sequence[str], *, place: str) -> list[bytes]:
    key_id = max(settings.FIELD_KEYS)
    head, encrypt, prefix = bytes([AES_256_GCM, key_id]), _cipher(key_id).encrypt, place.encode()
    drawn = os.urandom(12 * len(keys))
    nonces = (drawn[at : at + 12] for at in range(0, len(drawn), 12))
    return [
        head + nonce + encrypt(nonce, text.encode(), prefix + key)
        for key, text, nonce in zip(keys, texts, nonces, strict=True)
    ]


def unseal(value: bytes, *, place: str, row: uuid.UUID | bytes) -> str:
    """`row` is the `public_id`, as a UUID or as its bytes."""
    if not value or value[0] != AES_256_GCM:
        raise SealBroken("unknown algorithm tag")
    key = row.bytes if isinstance(row, uuid.UUID) else row
    try:
        return _cipher(value[1]).decrypt(value[2:14], value[14:], place.encode() + key).decode()
    except InvalidTag:
        raise SealBroken(f"{place} does not open") from None


def seal_bytes(content: bytes, *, place: str) -> bytes:
    key_id, nonce = max(settings.FIELD_KEYS), os.urandom(12)
    return bytes([AES_256_GCM, key_id]) + nonce + _cipher(key_id).encrypt(nonce, content, place.encode())


def unseal_bytes(value: bytes, *, place: str) -> bytes:
    try:
        return _cipher(value[1]).decrypt(value[2:14], value[14:], place.encode())
    except (InvalidTag, IndexError):
        raise SealBroken(f"file {place} does not open") from None


# A file sealed in pieces: tag 2, key id, 16 bytes that name the file; then of each MB a nonce and its ciphertext with tag.
# The associated data says which piece of which file it is and whether it is the last, so that pieces can neither be
# left out nor cut off nor put elsewhere.
PIECES = 2
PIECE = 1024 * 1024
_HEAD, _SEALED_PIECE = 18, 12 + PIECE + 16


def sealed_pieces(chunks: Iterable[bytes], *, place: str) -> Iterator[bytes]:
    """What is to be written, one piece in memory at a time."""
    key_id, name = max(settings.FIELD_KEYS), os.urandom(16)
    yield bytes([PIECES, key_id]) + name
    encrypt, held, number = _cipher(key_id).encrypt, bytearray(), 0
    for chunk in chunks:
        held += chunk
        while len(held) > PIECE:
            yield _sealed_piece(encrypt, bytes(held[:PIECE]), _piece_of(place, name, number, is_last=False))
            del held[:PIECE]
            number += 1
    yield _sealed_piece(encrypt, bytes(held), _piece_of(place, name, number, is_last=True))


def _sealed_piece(encrypt: Callable[[bytes, bytes, bytes], bytes], piece: bytes, associated: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + encrypt(nonce, piece, associated)


def _piece_of(place: str, name: bytes, number: int, *, is_last: bool) -> bytes:
    return place.encode() + name + number.to_bytes(8, "big") + bytes([is_last])


class PiecesReader(io.RawIOBase):
    """The plain content of a file sealed in pieces, opened piece by piece wherever it is read."""

    def __init__(self, stored: IO[bytes], *, place: str) -> None:
        self._stored, self._place = stored, place
        head = stored.read(_HEAD)
        if len(head) < _HEAD or head[0] != PIECES:
            raise SealBroken(f"file {place} does not open")
        self._key_id, self._name = head[1], head[2:]
        whole = stored.seek(0, os.SEEK_END) - _HEAD
        self._count = max(1, -(-whole // _SEALED_PIECE))
        self.size = whole - self._count * (12 + 16)
        self._at, self._open_number, self._open_piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, start = divmod(self._at, PIECE)
        if number >= self._count:
            return 0
        part = self._piece(number)[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _piece(self, number: int) -> bytes:
        if number != self._open_number:
            self._stored.seek(_HEAD + number * _SEALED_PIECE)
            sealed = self._stored.read(_SEALED_PIECE)
            associated = _piece_of(self._place, self._name, number, is_last=number == self._count - 1)
            try:
                self._open_piece = _cipher(self._key_id).decrypt(sealed[:12], sealed[12:], associated)
            except (InvalidTag, ValueError):
                raise SealBroken(f"file {self._place} does not open") from None
            self._open_number = number
        return self._open_piece

    def close(self) -> None:
        self._stored.close()
        super().close()


def blind_index(purpose: str, text: str) -> bytes:
    """16 bytes that are equal for equal normalised texts and say nothing else; each purpose has its own."""
    return hmac.digest(settings.BLIND_INDEX_KEY, f"{purpose}:{text}".encode(), "sha256")[:16]


class _Ciphertext(bytes):
    """Bytes as they came from the database, not opened yet."""


class _SealedText:
    """Opens the value when it is asked for, not when the row is loaded."""

    def __init__(self, field: SealedTextField) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        return (
            unseal(value, place=self.field.place, row=instance.public_id) if isinstance(value, _Ciphertext) else value
        )

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.BinaryField):
    """Text that PostgreSQL holds sealed. The model must have a `public_id` UUID known before the row is saved."""

    description = "sealed text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _SealedText(self))

    def from_db_value(self, value: Any, *args: Any) -> _Ciphertext | None:
        return None if value is None else _Ciphertext(bytes(value))

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, _Ciphertext):
            return value
        return _Ciphertext(seal(str(value), place=self.place, row=model_instance.public_id)) if value else None

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            raise TypeError(f"{self.name} is sealed: save the model instance instead of updating the column")
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: Any) -> str:
        raise TypeError(f"{self.name} is sealed and is not serialised")

    def to_python(self, value: Any) -> Any:
        return value

    def clean(self, value: Any, model_instance: Any) -> Any:
        return value

    def get_default(self) -> str:
        return ""


_DOUBLE_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 令狐".split()
)


def masked_name(name: str) -> str:
    """张* or 欧阳* (domain.md §12.2)."""
    return (name[:2] if name[:2] in _DOUBLE_SURNAMES else name[:1]) + "*" if name else ""


def masked_id_number(text: str) -> str:
    """First 3 and last 4 of an ID number."""
    return f"{text[:3]}{'*' * max(0, len(text) - 7)}{text[-4:]}" if len(text) > 7 else "*" * len(text)


def masked_phone(text: str) -> str:
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * len(text)


def masked_card(text: str) -> str:
    return f"尾号 {text[-4:]}" if len(text) > 4 else "*" * len(text)


MASKS = {"id_number": masked_id_number, "phone": masked_phone, "bank_card": masked_card}


def new_key() -> str:
    """A fresh 32-byte key as BASE64, for FIELD_KEYS and BLIND_INDEX_KEY."""
    return base64.b64encode(os.urandom(32)).decode()
