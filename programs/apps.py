from importlib import import_module

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
    "programs.batch.expired": "放置太久没有确认，按期限取消，文件已删去",
    "programs.batch.problems_forgotten": "过了保留期限，删去错误簿和预览",
    "programs.batch.error_book_taken": "下载错误簿",
    "programs.attendance.exported": "导出参检名单",
    "programs.screening_result.read": "查看筛查结果",
    "programs.screening_results.listed": "查看筛查结果名单",
    "programs.screening_result.step_recorded": "登记一步检查结果",
    "programs.recall.reason_recorded": "登记没做的原因：{reason}",
    "programs.recalls.listed": "查看召回名单",
    "programs.exclusion.recorded": "登记{what}",
    "programs.exclusion.lifted": "取消不查登记",
    "programs.notices.printed": "打印筛查通知单",
    "programs.screening_day.opened": "安排 {day} 筛查，最多 {quota} 人",
    "programs.appointment.booked": "预约 {count} 人",
    "programs.appointment.marked": "登记一人{what}",
    "programs.screening.attended": "登记参检",
    "programs.screening_return.issued": "出第 {quarter} 季度筛查季报表",
    "programs.screening_return.taken": "下载筛查季报表",
    "programs.loan.recorded": "登记了这笔贷款",
    "programs.loan.corrected": "更正了登记：{fields}",
    "programs.loan.settled": "登记 {on} {how}",
    "programs.loan.extended": "登记展期到 {until}，展期不贴息",
    "programs.loan.overdue": "{on} 记为逾期，停止贴息",
    "programs.loan.repaid": "登记 {on} 归还本金 {amount}",
    "programs.loan.rate_changed": "登记 {on} 起年利率 {rate}%",
    "programs.loan.misused": "登记 {on} 起挪用，停止贴息",
    "programs.loan.event_struck": "划去了写错的一条：{what}",
    "programs.loan.compensated": "登记 {on} 担保基金代偿 {amount}",
    "programs.loan.recovered": "登记 {on} 追回 {amount}",
    "programs.loan.written_off": "登记 {on} 核销 {amount}",
    "programs.loan.use_visited": "登记 {on} 用途走访",
    "programs.loan.outcome_asked": "登记 {on} {what}",
    "programs.subsidy.declared": "录入银行清单 {lines} 笔，合计 {total} 元",
    "programs.subsidy.compared": "重新比对了清单",
    "programs.subsidy.checked": "核对一致，合计 {total} 元",
    "programs.subsidy.approved": "登记 {on} 财政审核通过",
    "programs.subsidy.paid": "登记 {on} 拨付 {total} 元",
    "programs.subsidy.sent_back": "退回银行",
    "programs.subsidy.cleared": "年度清算",
    "programs.application.begun": "登记了{noun}",
    "programs.application.moved": "{what}",
    "programs.application.same_person": "“{what}”与上一道决定由同一人办理，已写明原因",
    "programs.application.snapshot_read": "查看了决定时的情况",
    "programs.cycle.opened": "登记了一期，{document}",
    "programs.cycle.edited": "修改了这一期",
    "programs.cycle.compared": "与{department}名单比对了 {count} 份申请",
    "programs.relief_fund.named": "登记了资金“{name}”",
    "programs.relief.form_printed": "打开申报表打印，含身份证号",
    "programs.relief.receipt_printed": "打开到账确认单打印",
    "programs.relief.corrected": "更正了申请：{fields}",
    "programs.relief.papers_filed": "登记了材料，共 {count} 份",
    "programs.relief.visited": "登记 {on} 回访",
    "programs.child.opened": "建立了档案",
    "programs.child.corrected": "更正了档案：{fields}",
    "programs.child.closed": "登记 {on} 退出",
    "programs.child.read": "查看了档案",
    "programs.child.consented": "登记了监护人同意：{version} 版，{on} 签字",
    "programs.child.consent_withdrawn": "登记 {on} 监护人撤回同意，结对同时解除",
    "programs.child.assessed": "登记了需求评估，风险{risk}",
    "programs.child.plan_begun": "订立了成长计划，{goals} 个目标",
    "programs.child.plan_reviewed": "登记了 {on} 的学期评估",
    "programs.child.paired": "登记了结对：{kind}",
    "programs.child.pairing_ended": "登记 {on} 解除结对",
    "programs.child.aided": "登记了资助，名单 {list}",
    "programs.donation.received": "登记了一笔捐赠",
    "programs.payment.begun": "登记了支付",
    "programs.payment.requested": "提请支付",
    "programs.payment.reviewed": "初审同意",
    "programs.payment.approved": "复审同意",
    "programs.payment.sent": "送银行支付",
    "programs.payment.same_person": "初审由提请人本人办理，已记为例外",
    "programs.payment.corrected": "更正支付内容，原来的签批作废",
    "programs.payment.sent_back": "退回修改：{reason}",
    "programs.payment.withdrawn": "撤回支付",
    "programs.payment.paid": "银行回盘：已到账",
    "programs.payment.returned": "银行回盘：退回",
    "programs.payment.reversed": "收回结余，可重新提请",
    "programs.payment_batch.made": "编成批次 {number}，{count} 笔",
    "programs.payment_batch.file_made": "第 {time} 次生成代发文件，批次 {number}",
    "programs.payment_batch.sent": "登记 {on} 送银行，批次 {number}",
    "programs.payment_batch.answered": "导入回盘 {number}：记账 {booked} 行，重复 {repeated} 行，差异 {differing} 行",
    "programs.bank_line.proposed": "提出差异处理意见：{decision}",
    "programs.bank_line.decided": "确认差异处理：{decision}",
    "programs.fund.received": "登记拨入资金",
    "programs.ledger.verified": "核账，发现 {faults} 处不对",
}


RULE_NAMES = {
    "batch.preview_days": "上传的名单没有确认，几天后取消",
    "batch.problem_days": "名单的错误簿和预览，保留几天",
    "screening.youngest": "两癌筛查最小年龄（周岁）",
    "screening.oldest": "两癌筛查最大年龄（周岁）",
    "screening.cytology_years": "宫颈细胞学筛查，隔几年一次",
    "screening.hpv_years": "宫颈 HPV 筛查，隔几年一次",
    "screening.breast_years": "乳腺癌筛查，隔几年一次",
    "screening.next_step_days": "筛查异常后，几天内要做下一步",
    "screening.treatment_days": "确诊后，几天内要开始治疗",
    "screening.follow_up_days": "治疗后或良性病变，几天随访一次",
    "screening.consent_version": "筛查知情同意书版本",
    "screening.breast_early_stages": "乳腺早诊率算作早期的分期（用顿号隔开）",
    "screening.lost_after_contacts": "记失访以前，要联系几次",
    "loan.individual_ceiling_yuan": "个人贷款上限（元）",
    "loan.partnership_ceiling_yuan": "合伙贷款合计上限（元）",
    "loan.firm_ceiling_yuan": "小微企业贷款上限（元）",
    "loan.scheme": "贷款政策版本",
    "loan.individual_longest_months": "个人贷款最长期限（月）",
    "loan.partnership_longest_months": "合伙贷款最长期限（月）",
    "loan.firm_longest_months": "小微企业贷款最长期限（月）",
    "loan.partnership_per_partner_yuan": "合伙贷款人均上限（元）",
    "loan.partnership_percent_of_ceilings": "合伙贷款上限占个人上限之和（%）",
    "loan.rate_spread_percent": "贷款利率上限，在参照利率上加（百分点）",
    "loan.reference_rate_percent": "贷款参照利率（%）",
    "loan.reference_rate_over_one_year_percent": "一年以上贷款参照利率（%）",
    "loan.subsidy_shares": "贴息比例，按贷款第几年",
    "loan.borrower_below_lpr_percent": "借款人负担到 LPR 以下（百分点）",
    "loan.day_count": "贷款计息，一年按几天",
    "loan.settlement_day": "贷款季末月结息日（几号）",
    "loan.penalty_factor": "逾期罚息，合同利率的倍数",
    "loan.compensation_after_days": "逾期多少天以上可代偿",
    "loan.use_visit_after_days": "放款后多少天内走访用途",
    "loan.youngest_age": "贷款人最小年龄（周岁）",
    "loan.oldest_age": "贷款人最大年龄（周岁）",
    "relief.lottery_grant_yuan": "两癌救助每人金额（元）",
    "relief.hardships": "两癌救助的困难类别（用顿号隔开）",
    "relief.correct_workdays": "两癌救助退回后补正，几个工作日内",
    "relief.accept_workdays": "两癌救助村级受理，几个工作日内",
    "relief.check_workdays": "两癌救助乡镇核实，几个工作日内",
    "relief.compare_workdays": "两癌救助名单比对，几个工作日内",
    "relief.review_workdays": "两癌救助审定，几个工作日内",
    "relief.report_workdays": "两癌救助上报，几个工作日内",
    "care.consent_version": "监护人同意书现行版本",
    "care.spring_review_by": "成长计划春季学期评估期限（月-日）",
    "care.autumn_review_by": "成长计划秋季学期评估期限（月-日）",
    "application.warn_workdays": "各类申请到期前几个工作日提醒",
}


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "惠民项目"
    doctor_checks = ("programs.doctoring.ledger",)

    def ready(self) -> None:
        from federation import audit, exporting, policy, shell
        from members import timeline
        from programs import listings, stories, waiting
        from programs.loans import paying

        audit.sentences(AUDIT_SENTENCES)
        policy.names(RULE_NAMES)
        import_module("programs.payments.batching")  # registers the job that makes a bank's file
        exporting.EXPIRING.add("programs.payment_file")
        import_module("programs.screening.uploading")  # registers the job that reads an uploaded list
        listings.register()
        shell.count_waiting("programs:subsidy_batch_list", paying.waiting)
        shell.count_waiting("programs:relief_list", waiting.reliefs_waiting)
        shell.count_waiting("programs:payment_list", waiting.payments_waiting)
        shell.count_waiting("programs:payment_batch_list", waiting.bank_lines_waiting)
        timeline.provide("programs.loans", stories.loans_of)
        timeline.provide("programs.relief", stories.relief_of)
        timeline.provide("programs.screenings", stories.screenings_of)
