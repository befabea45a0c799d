import uuid

import pytest
from django.db import connection

from federation import sealed
from federation.models import Organization
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
