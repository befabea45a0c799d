from __future__ import annotations

from django.db import models


class DayAdjustment(models.Model):
    """A day that is worked or free otherwise than the published calendar has it: a late notice, a local holiday, a flood."""

    on = models.DateField("日期", unique=True, error_messages={"unique": "这一天已有调整，请打开原来的那条修改"})
    is_worked = models.BooleanField("这一天", choices=[(False, "放假"), (True, "上班")])
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "节假日调整"
        verbose_name_plural = "节假日调整"
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {'上班' if self.is_worked else '放假'}"
