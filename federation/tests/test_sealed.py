import io
import os
import uuid
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from federation import sealed
from federation.models import Organization
from federation.storage import SealedStorage
from members.models import Cadre

ROW, OTHER_ROW = uuid.UUID(int=1), uuid.UUID(int=2)
PLACE = "members_cadre.phone"


def test_seal_opens_only_in_its_own_place_and_row() -> None:
    value = sealed.seal("13812345678", place=PLACE, row=ROW)
    assert sealed.unseal(value, place=PLACE, row=ROW) == "13812345678"
    for place, row in [(PLACE, OTHER_ROW), ("members_woman.phone", ROW)]:
        with pytest.raises(sealed.SealBroken):
            sealed.unseal(value, place=place, row=row)


def test_changed_byte_does_not_open() -> None:
    value = bytearray(sealed.seal("13812345678", place=PLACE, row=ROW))
    value[20] ^= 1
    with pytest.raises(sealed.SealBroken):
        sealed.unseal(bytes(value), place=PLACE, row=ROW)


def test_rotation_seals_with_the_new_key_and_opens_the_old(settings: object) -> None:
    old = sealed.seal("旧", place=PLACE, row=ROW)
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, 2: bytes(range(32))}  # type: ignore[attr-defined]
    new = sealed.seal("新", place=PLACE, row=ROW)
    assert (old[1], new[1]) == (1, 2)
    assert [sealed.unseal(value, place=PLACE, row=ROW) for value in (old, new)] == ["旧", "新"]


def test_blind_index_differs_by_purpose() -> None:
    assert sealed.blind_index("a", "x") == sealed.blind_index("a", "x")
    assert sealed.blind_index("a", "x") != sealed.blind_index("b", "x")


def test_database_holds_no_plain_text(everything: None, village: Organization) -> None:
    cadre = Cadre.objects.create(organization=village, name="刘春梅", phone="13812345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM members_cadre")
        stored = bytes(cursor.fetchone()[0])
    assert b"138" not in stored
    assert stored[0] == sealed.AES_256_GCM
    assert Cadre.objects.get(pk=cadre.pk).phone == "13812345678"


def test_value_copied_to_another_row_does_not_open(everything: None, village: Organization) -> None:
    first = Cadre.objects.create(organization=village, name="刘春梅", phone="13812345678")
    second = Cadre.objects.create(organization=village, name="何秀兰", phone="13900001111")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_cadre SET phone = (SELECT phone FROM members_cadre WHERE id = %s) WHERE id = %s",
            [first.pk, second.pk],
        )
    with pytest.raises(sealed.SealBroken):
        Cadre.objects.get(pk=second.pk).phone  # noqa: B018


@pytest.mark.parametrize(("name", "masked"), [("张小燕", "张*"), ("欧阳娜", "欧阳*"), ("", "")])
def test_masked_name(name: str, masked: str) -> None:
    assert sealed.masked_name(name) == masked


def test_masks_of_numbers() -> None:
    assert sealed.masked_id_number("43998119800101122X") == "439***********122X"
    assert sealed.masked_phone("13812345678") == "138****5678"


MB = sealed.PIECE


def in_pieces(plain: bytes, place: str = "p") -> bytes:
    return b"".join(sealed.sealed_pieces(iter([plain[:7], plain[7:]]), place=place))


def opened(stored: bytes, place: str = "p") -> bytes:
    return io.BufferedReader(sealed.PiecesReader(io.BytesIO(stored), place=place)).read()


@pytest.mark.parametrize("size", [0, 1, MB - 1, MB, MB + 1, 3 * MB, 3 * MB + 5])
def test_file_in_pieces_opens_whole_and_anywhere(size: int) -> None:
    plain = os.urandom(size)
    stored = in_pieces(plain)
    assert opened(stored) == plain
    reader = sealed.PiecesReader(io.BytesIO(stored), place="p")
    assert (reader.size, reader.seek(0, io.SEEK_END)) == (size, size)
    for start in (0, size // 2, max(0, size - 3), MB - 2):
        reader.seek(start)
        assert io.BufferedReader(reader).read(5) == plain[start : start + 5]
        reader = sealed.PiecesReader(io.BytesIO(stored), place="p")


def test_pieces_are_neither_left_out_nor_cut_off_nor_exchanged_nor_taken_elsewhere() -> None:
    stored, other = in_pieces(bytes(3 * MB)), in_pieces(bytes(3 * MB))
    head, piece = 18, 12 + MB + 16
    first, second, third = (stored[head + at * piece : head + (at + 1) * piece] for at in range(3))
    changed = bytearray(stored)
    changed[head + piece + 40] ^= 1
    spoilt = {
        "cut off": stored[: head + 2 * piece], "cut short": stored[:-1], "left out": stored[:head] + first + third,
        "exchanged": stored[:head] + second + first + third, "doubled": stored + third, "changed": bytes(changed),
        "of another file": stored[:head] + first + second + other[head + 2 * piece :], "no piece": stored[:head],
        "no head": stored[:10],
    }  # fmt: skip
    for what, content in spoilt.items():
        with pytest.raises(sealed.SealBroken):
            pytest.fail(f"{what}: {len(opened(content))} bytes opened")
    with pytest.raises(sealed.SealBroken):
        opened(stored, place="elsewhere")


def test_storage_keeps_nothing_plain_and_still_opens_files_sealed_whole(tmp_path: Path) -> None:
    storage = SealedStorage(location=str(tmp_path))
    name = storage.save("名册.xlsx", ContentFile("张小燕".encode() * MB))
    assert "张小燕".encode() not in (tmp_path / name).read_bytes()
    with storage.open(name) as file:
        assert (file.read(9), file.seek(-9, io.SEEK_END), file.read()) == (
            "张小燕".encode(),
            9 * MB - 9,
            "张小燕".encode(),
        )
    (tmp_path / "old").write_bytes(sealed.seal_bytes(b"plain", place="private-file"))
    assert storage.open("old").read() == b"plain"
