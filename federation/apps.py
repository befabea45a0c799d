from django.apps import AppConfig

AUDIT_SENTENCES = {
    "federation.job.started": "发起了“{kind}”",
    "federation.job.cancelled": "取消了后台事项",
    "federation.job.downloaded": "下载了文件",
    "federation.invitation.sent": "邀请开通{branch}的{role}账号",
    "federation.invitation.accepted": "接受邀请，开通了账号",
    "federation.policy.changed": "把政策规则“{name}”写成 {value}",
    "federation.account.changed": "修改了账号，现在{state}",
    "federation.account.joined": "登记为与账号 {username} 同一人",
    "federation.day.adjusted": "把 {on} 调整为{state}",
    "federation.grant.withdrawn": "收回了“{role}”授权",
    "federation.organization.opened": "设立了这个组织",
    "federation.organization.edited": "修改了组织资料：{fields}",
    "federation.organization.renamed": "把名称由“{old}”改为“{new}”",
    "federation.organization.moved": "把这个组织划转到{parent}，自 {on} 起",
    "federation.organization.joined": "把{branch}划到这里，自 {on} 起",
    "federation.organization.left": "把{branch}划出到{parent}，自 {on} 起",
    "federation.organization.merged": "把这个组织并入{into}，自 {on} 起",
    "federation.organization.received": "把{branch}并入这里，自 {on} 起；转来人、户和没办完的事 {rows} 条，账号 {accounts} 个",
    "federation.organization.gone": "把下级{branch}并入{into}，自 {on} 起",
    "federation.organization.closed": "撤销了这个组织，自 {on} 起",
    "federation.organization.reopened": "恢复了这个组织，撤销时转出的人和事转了回来",
    "federation.change.proposed": "提出{change}，等另一人确认",
    "federation.change.confirmed": "确认了{change}",
    "federation.change.stopped": "没有办{change}",
    "federation.demo.loaded": "装入了演示城市",
    "federation.divisions.loaded": "导入区划，新增 {created} 个组织",
    "federation.export.cleared": "删去了导出的文件",
    "federation.export.asked": "申请导出{title} {rows} 条",
    "federation.export.allowed": "批准导出{title} {rows} 条",
    "federation.export.refused": "没有批准导出{title} {rows} 条",
    "federation.list.exported": "导出了{title} {rows} 条，用途：{purpose}",
    "federation.field.revealed": "查看了{field}，事由：{purpose}",
}


RULE_NAMES = {
    "export.file_days": "导出的名册文件，保留几天",
    "export.most_without_leave": "不用批准，一次最多导出几条",
    "export.most_downloads": "导出的名册文件，最多下载几次",
}


class FederationConfig(AppConfig):
    name = "federation"
    verbose_name = "组织与账号"

    def ready(self) -> None:
        from federation import audit, policy, shell
        from federation.models import ExportLeave

        audit.sentences(AUDIT_SENTENCES)
        policy.names(RULE_NAMES)
        shell.count_waiting("export_leave_list", lambda user: ExportLeave.objects.to_decide_by(user))
