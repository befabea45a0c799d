"""The clone's secrets, made once and kept in one file that only its owner can read."""

import base64
import json
import os
import secrets
import stat
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from federation.embedded.places import EmbeddedError


@dataclass(frozen=True)
class Keys:
    secret_key: str
    field_keys: str
    blind_index_key: str
    superuser_password: str
    portal_password: str
    queue_password: str

    @classmethod
    def of(cls, var: Path) -> "Keys":
        file = var / "keys.json"
        if not file.exists():
            if has_records(var):
                raise EmbeddedError(
                    f"缺少 {file}，已存的证件号等内容没有它就解不开。请从备份取回，或用 ./portal run --reset 重新开始。"
                )
            var.mkdir(parents=True, exist_ok=True)
            write_once(file, cls.fresh())
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise EmbeddedError(f"{file} 别人也能读取，请运行：chmod 600 {file}")
        kept = json.loads(file.read_text())
        if set(kept) != {field.name for field in fields(cls)}:
            raise EmbeddedError(f"{file} 的内容不全，请从备份取回，或用 ./portal run --reset 重新开始。")
        return cls(**kept)

    @classmethod
    def fresh(cls) -> "Keys":
        return cls(
            secret_key=secrets.token_urlsafe(64),
            field_keys=f"1:{random_key()}",
            blind_index_key=random_key(),
            superuser_password=secrets.token_urlsafe(24),
            portal_password=secrets.token_urlsafe(24),
            queue_password=secrets.token_urlsafe(24),
        )

    def environment(self) -> dict[str, str]:
        return {"SECRET_KEY": self.secret_key, "FIELD_KEYS": self.field_keys, "BLIND_INDEX_KEY": self.blind_index_key}


def has_records(var: Path) -> bool:
    where = var / "where"
    home = Path(where.read_text().strip()) if where.exists() else var
    return (home / "postgres").exists()


def random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def write_once(file: Path, keys: Keys) -> None:
    """Whole or not at all; of two writers at once the first one wins."""
    fresh = file.with_name(f".keys-{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(asdict(keys), stream, indent=1)
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
