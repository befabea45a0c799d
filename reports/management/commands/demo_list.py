from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from federation import scoping
from reports.demo import autumn_list
from reports.demo.stage import Stage


class Command(BaseCommand):
    help = "写一份演示用的筛查结果名单（25000 行，20 列），用筛查医院的演示账号上传。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, required=True, help="写到哪个 .xlsx 文件")
        parser.add_argument("--rows", type=int, default=autumn_list.ROWS, help="多少行")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="以哪一天为今天")

    def handle(self, *args: Any, output: Path, rows: int, on: date | None, **options: Any) -> None:
        if output.suffix != ".xlsx":
            raise CommandError("文件名要以 .xlsx 结尾。")
        with scoping.everything("the demo list draws women of the whole city"):
            output.write_bytes(autumn_list.workbook(Stage(on or timezone.localdate()), rows=rows))
        self.stdout.write(f"已写好 {output}，共 {rows} 行。")
