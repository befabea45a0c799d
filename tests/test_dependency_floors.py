"""Each locked package stands at or above the version that closed the holes we know of (reliability.md §8)."""

import re
from pathlib import Path

import pytest
from packaging.version import Version

LOCKS = ["requirements.txt", "requirements-dev.txt"]
FLOORS = {
    # SQL injection by dictionary keys (CVE-2025-57833, -64459, -13372, CVE-2026-1287, -1312), file write by spatial
    # lookups (CVE-2026-15307), cached responses of varied case (5.2.15)
    "django": "5.2.17",
    # URL fetcher passed by (CVE-2025-68616, CVE-2026-49452, CVE-2026-55073, GHSA-r543-q48m-4c9j)
    "weasyprint": "70",
    # X-Forwarded-For trusted, login limits (CVE-2026-97764), tokens of closed accounts (CVE-2025-65430)
    "django-allauth": "65.19.4",
    # Decompression bombs and hangs (CVE-2026-40192, -59200, -42310)
    "pillow": "12.3",
    # External entities (CVE-2017-5992)
    "openpyxl": "3.1.5",
    # Code by YAML (CVE-2017-2810)
    "tablib": "3.0",
    # Trust of the result backend (CVE-2021-23727)
    "celery": "5.7",
    # Answers swapped between requests after a cancel (CVE-2023-28858, -28859)
    "redis": "4.5.4",
}


def locked(text: str) -> dict[str, Version]:
    """Name -> version of every pin; a package without an exact pin is not in it."""
    pins = re.findall(r"^([A-Za-z0-9_.\[\]-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {name.partition("[")[0].lower(): Version(version) for name, version in pins}


def below_floor(pins: dict[str, Version]) -> set[str]:
    return {name for name, floor in FLOORS.items() if name not in pins or pins[name] < Version(floor)}


@pytest.mark.parametrize("lock", LOCKS)
def test_locked_versions_stand_above_their_floors(lock: str) -> None:
    assert below_floor(locked((Path(__file__).parent.parent / lock).read_text())) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_carries_hashes(lock: str) -> None:
    text = (Path(__file__).parent.parent / lock).read_text()
    entries = re.split(r"\n(?=\S)", text)
    pinned = [entry for entry in entries if re.match(r"[A-Za-z0-9].*==", entry)]
    assert len(pinned) > 40
    assert [entry.partition("=")[0] for entry in pinned if "--hash=sha256:" not in entry] == []


def test_old_or_missing_package_is_caught() -> None:
    pins = {name: Version(floor) for name, floor in FLOORS.items()} | {"django": Version("5.2.16")}
    del pins["pillow"]
    assert below_floor(pins) == {"django", "pillow"}
