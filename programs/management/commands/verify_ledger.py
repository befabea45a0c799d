from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs import verifying

SHOWN = 50


class Command(BaseCommand):
    help = "重新核算账上的每个余额、每张凭证和摘要链，并与办理页逐笔核对；有问题时说明在哪里，退出码为 1。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = verifying.faults()
        if found:
            raise CommandError("\n".join([f"账上有 {len(found)} 处不对：", *found[:SHOWN]]))
        self.stdout.write("账目相符：余额、凭证、摘要链和办理页都对得上。")
