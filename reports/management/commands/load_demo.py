from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.demo import city


class Command(BaseCommand):
    help = "把虚构的兰河市装进空的数据库：24 个乡镇街道、336 个村和社区，近两年和 2015、2016 年的记录。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="以哪一天为今天，写作 2026-11-24")

    def handle(self, *args: Any, on: date | None, **options: Any) -> None:
        try:
            city.load(on=on or timezone.localdate(), say=self.tell)
        except city.DemoRefused as refused:
            raise CommandError(str(refused)) from None

    def tell(self, line: str) -> None:
        """At once: ./portal run shows these lines while the city is being filled."""
        self.stdout.write(line)
        self.stdout.flush()
