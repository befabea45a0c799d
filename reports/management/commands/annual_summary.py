from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from federation import scoping
from federation.models import Organization
from reports import issuing, summarizing


class Command(BaseCommand):
    help = "把一个组织某一年的年度总结做成 PDF；还没有总结的先按模板起草、取数。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="区划代码，例如 439981000000")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--output", type=Path, required=True)

    def handle(self, *args: Any, organization: str, year: int, output: Path, **options: Any) -> None:
        at = timezone.now()
        with scoping.everything("the operator asks for a branch's summary by its code"):
            branch = Organization.objects.filter(code=organization).open_on(timezone.localdate(at)).first()
            if branch is None:
                raise CommandError(f"没有区划代码为 {organization} 的在用组织，请核对 12 位代码。")
            summary = summarizing.open_shell(branch, year=year, by=None, at=at)
            try:
                pdf = issuing.printed(summary)
            except issuing.NotPrinted as refused:
                raise CommandError(str(refused)) from refused
            document = issuing.keep(summary, pdf, by=None, at=at)
        output.write_bytes(pdf)
        self.stdout.write(f"{summary.title}：{document.pages} 页，写入 {output}")
