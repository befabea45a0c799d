from django.apps import AppConfig

AUDIT_SENTENCES: dict[str, str] = {
    "reports.rollups.rebuilt": "按原始记录重新汇总了 {rows} 行",
}


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "总结与统计"

    def ready(self) -> None:
        from federation import audit

        audit.sentences(AUDIT_SENTENCES)
