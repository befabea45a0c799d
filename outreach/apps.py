from django.apps import AppConfig

AUDIT_SENTENCES = {
    "outreach.notice.posted": "发布公示，{rows} 行，到 {ends_on}",
    "outreach.notice.objected": "登记异议",
    "outreach.notice.objections_read": "查看了异议",
    "outreach.notice.decided": "核查异议：{outcome}",
    "outreach.visit.logged": "登记了走访，记下诉求 {needs} 项",
    "outreach.need.raised": "记下诉求，答应 {due_on} 前答复",
    "outreach.need.taken": "接办",
    "outreach.need.progressed": "登记进展，下次 {next_on} 再看",
    "outreach.need.passed_on": "转{desk}办理",
    "outreach.need.answered": "答复：{outcome}，请他人回访本人",
    "outreach.need.confirmed": "回访本人：{satisfaction}，销号",
    "outreach.need.reopened": "回访本人：不满意，第 {times} 次重办，{due_on} 前答复",
    "outreach.need.escalated": "回访本人：重办两次仍不满意，转市妇联领导包案",
    "outreach.need.withdrawn": "按本人意愿撤回",
    "outreach.follow_up.visit_asked": "请村里上门走访",
    "outreach.follow_up.recorded": "登记跟进结果：{result}",
    "outreach.recalls.raised": "请村（社区）转告 {count} 人联系医院",
    "outreach.lecture.logged": "登记了这一期",
    "outreach.lecture.edited": "修改了：{fields}",
}


RULE_NAMES = {
    "notice.workdays": "公示几个工作日",
    "outreach.need.response_days.ordinary": "一般诉求，几天内答复",
    "outreach.need.response_days.soon": "较急诉求，几天内答复",
    "outreach.need.response_days.urgent": "紧急诉求，几天内答复",
    "outreach.need.confirm_days": "答复以后，几天内回访",
    "outreach.follow_up.again_days": "没联系上，隔几天再联系",
    "outreach.visit.oldest_days": "走访最晚几天以内补记",
}


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = "走访与活动"

    def ready(self) -> None:
        from federation import audit, policy, shell
        from members import timeline
        from outreach import listings, stories, waiting

        audit.sentences(AUDIT_SENTENCES)
        policy.names(RULE_NAMES)
        listings.register()
        shell.count_waiting("outreach:need_list", waiting.needs_waiting)
        shell.count_waiting("outreach:follow_up_list", waiting.follow_ups_waiting)
        timeline.provide("outreach.visits", stories.visits_of)
        timeline.provide("outreach.needs", stories.needs_of)
        timeline.provide("outreach.follow_ups", stories.follow_ups_of)
