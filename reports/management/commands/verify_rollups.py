from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from federation import scoping
from reports import rollups

SHOWN = 20


class Command(BaseCommand):
    help = "把各组织各月的汇总数与原始记录重新核对，逐条指出不一致的地方；加 --rebuild 按原始记录重新汇总。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="按原始记录重新汇总")

    def handle(self, *args: Any, rebuild: bool, **options: Any) -> None:
        with scoping.everything("roll-ups of all branches are held against the facts"):
            if rebuild:
                self.stdout.write(f"已按原始记录重新汇总，共 {rollups.rebuild(by=None)} 行。")
            found = rollups.differences()
        if not found:
            self.stdout.write("汇总数与原始记录一致。")
            return
        lines = [
            f"组织 {each.organization_id} {each.year} 年 {each.month or '全年'} {each.measure}："
            f"汇总 {each.kept_rows} 行合计 {each.kept_total}，原始记录 {each.counted_rows} 行合计 {each.counted_total}"
            for each in found[:SHOWN]
        ]
        raise CommandError("\n".join([f"有 {len(found)} 处不一致，请用 --rebuild 重新汇总：", *lines]))
