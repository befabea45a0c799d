from django.apps import AppConfig

AUDIT_SENTENCES: dict[str, str] = {
    "programs.campaign.opened": "新建筛查，任务 {quota} 人",
    "programs.campaign.edited": "修改筛查资料",
    "programs.campaign.distributed": "按乡镇分解任务，共 {quota} 人",
    "programs.batch.uploaded": "上传{kind}",
    "programs.batch.refused": "文件不能导入，没有留下内容",
    "programs.batch.confirmed": "确认入库 {entering} 行，留下 {staying} 行",
    "programs.batch.committed": "入库 {entering} 行，留下 {staying} 行",
    "programs.batch.cancelled": "取消导入，文件已删去",
    "programs.batch.error_book_taken": "下载错误簿",
    "programs.attendance.exported": "导出参检名单",
    "programs.screening_result.read": "查看筛查结果",
    "programs.screening_results.listed": "查看筛查结果名单",
}


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "惠民项目"

    def ready(self) -> None:
        from federation import audit
        from programs.screening import uploading  # noqa: F401

        audit.sentences(AUDIT_SENTENCES)
