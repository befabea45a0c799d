import sys
from typing import Any

from django.core.management.base import BaseCommand

from federation import doctoring
from federation.doctoring import Grade


class Command(BaseCommand):
    help = "检查这套安装：版本、数据库、字体、磁盘、时钟、钥匙、库表和后台进程，并说明要做什么。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = doctoring.diagnose()
        for each in found:
            self.stdout.write(f"{each.grade.value}　{each.subject}：{each.words}")
            if each.advice:
                self.stdout.write(f"　　　{each.advice}")
        bad = sum(each.grade is Grade.BAD for each in found)
        self.stdout.write(
            f"共检查 {len(found)} 项，{bad} 项要处理。" if bad else f"共检查 {len(found)} 项，没有要处理的问题。"
        )
        if bad:
            sys.exit(1)
