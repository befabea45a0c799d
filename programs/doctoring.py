"""What ./portal doctor asks of the programs."""

from __future__ import annotations

from federation.doctoring import Diagnosis, Grade
from programs import verifying


def ledger() -> list[Diagnosis]:
    found = verifying.faults()
    if not found:
        return [Diagnosis("账目", Grade.GOOD, "余额、凭证、摘要链和办理页都对得上")]
    advice = "请运行 manage.py verify_ledger 看全部，并告诉财务；记错了请冲正，不要改库。"
    return [Diagnosis("账目", Grade.BAD, f"{len(found)} 处不对，第一处：{found[0]}", advice)]
