"""What /readyz of the portal just started says."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Readiness:
    """`state` is empty when nobody answers."""

    state: str = ""
    lacking: list[str] = field(default_factory=list)

    @property
    def reasons(self) -> str:
        return "；".join(self.lacking) or "没有回答"


def ask(address: str) -> Readiness:
    try:
        with urllib.request.urlopen(f"{address}readyz", timeout=10) as answer:
            return read(answer.read())
    except urllib.error.HTTPError as error:
        return read(error.read())
    except OSError:
        return Readiness()


def read(body: bytes) -> Readiness:
    try:
        answer = json.loads(body)
    except ValueError:
        return Readiness()
    return Readiness(answer["state"], [check["words"] for check in answer.get("checks", []) if not check["holds"]])
