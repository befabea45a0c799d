from __future__ import annotations

from typing import Self

from django.db import models


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, target: models.Model) -> Self:
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))


class AuditEntry(models.Model):
    """One act of one person on one record. PostgreSQL refuses change and removal and chains the hashes at commit.

    `details` holds ids, codes, counts and field names, never personal data.
    """

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey("federation.User", models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    organization = models.ForeignKey(
        "federation.Organization", models.PROTECT, null=True, related_name="+", verbose_name="组织"
    )
    action = models.CharField("事项", max_length=80)
    target_type = models.CharField("对象类别", max_length=60)
    target_id = models.CharField("对象编号", max_length=40)
    details = models.JSONField("细节", default=dict)
    position = models.BigIntegerField("链上序号", null=True, unique=True, editable=False)
    chain_hash = models.CharField("链上摘要", max_length=64, blank=True, editable=False)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "办理留痕"
        verbose_name_plural = "办理留痕"
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id", "-id"], name="audit_by_target")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type}:{self.target_id}"
