from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from federation import divisions


class Command(BaseCommand):
    help = "导入区划 CSV（列：区划代码、名称、上级区划代码），为每个区划设立妇联组织。重复运行不会重复设立。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="区划 CSV 文件，UTF-8")
        parser.add_argument(
            "--on", type=date.fromisoformat, default=None, help="成立日期，写作 2026-01-01；不写则不登记"
        )

    def handle(self, *args: Any, file: Path, on: date | None, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows = divisions.read(lines)
        except FileNotFoundError:
            raise CommandError(f"找不到文件 {file}。") from None
        except UnicodeDecodeError:
            raise CommandError("文件不是 UTF-8 编码，请另存为“CSV UTF-8”后再导入。没有写入任何组织。") from None
        except divisions.BadDivisions as bad:
            raise CommandError("文件有下列问题，没有写入任何组织：\n" + "\n".join(bad.problems)) from None
        opened = divisions.load(rows, on=on, by=None)
        self.stdout.write(f"文件里 {len(rows)} 个区划，新设立 {opened} 个妇联组织。")
