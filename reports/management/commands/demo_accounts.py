from typing import Any

from django.core.management.base import BaseCommand

from federation.models import User
from reports.demo.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "列出演示账号，每种角色一个。"

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(User.objects.filter(is_demo=True).values_list("username", flat=True))
        here = [account for account in ACCOUNTS if account.username in known]
        if not here:
            self.stdout.write("没有装入演示城市，没有演示账号。")
            return
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}，只在本机试用）：")
        for account in here:
            self.stdout.write(f"  {account.username:<12}{account.role.label}，{account.place}：{account.shows}")
