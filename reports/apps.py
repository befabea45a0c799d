from django.apps import AppConfig

AUDIT_SENTENCES: dict[str, str] = {
    "reports.rollups.rebuilt": "按原始记录重新汇总了 {rows} 行",
    "reports.summary.opened": "生成了{year}年度总结的初稿",
    "reports.summary.compiled": "重新取数，共 {figures} 个数字",
    "reports.summary.entitled": "修改了标题和署名",
    "reports.summary.sent": "送审第 {number} 稿",
    "reports.summary.returned": "退回第 {number} 稿",
    "reports.summary.approved": "审定了第 {version} 版",
    "reports.summary.revised": "开始第 {version} 版",
    "reports.summary.printed": "生成了 PDF，共 {pages} 页",
    "reports.block.edited": "修改了“{chapter}”",
    "reports.block.added": "在“{chapter}”加了一段",
    "reports.block.removed": "删去了“{chapter}”里的一段",
    "reports.block.moved": "调整了“{chapter}”里的顺序",
}


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "总结与统计"

    def ready(self) -> None:
        from federation import audit, unit_pages
        from reports import issuing, units  # noqa: F401

        audit.sentences(AUDIT_SENTENCES)
        unit_pages.show("reports.figures", units.figures_of)
