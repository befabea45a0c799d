"""Who may apply for a subsidised loan, and for how much (domain.md §4.1): each rule in a sentence that says why or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from federation import policy, scoping
from federation.models import PolicyRule
from federation.policy import rule
from members.codes import Education
from members.models import Woman
from programs.applications.snapshots import person_and_household
from programs.applications.verdicts import Verdict, residence
from programs.loans import terms
from programs.models import Cycle, LoanApplication, LoanPartner, SubsidisedLoan
from programs.money import plain_yuan, spoken

TIMES = "loan.{kind}_most_times"
SCHOOLING = "loan.lowest_education"
_KEPT = (terms.SCHEME, terms.YOUNGEST, terms.OLDEST, SCHOOLING, terms.PER_PARTNER, terms.PERCENT_OF_CEILINGS)
_BY_KIND = (terms.CEILING, terms.LONGEST, TIMES)
Kind, State = SubsidisedLoan.Kind, SubsidisedLoan.State
# What only the bank and the guarantor can see.
_TO_ASK = (
    "征信没有不良记录，没有未了结的债务，由银行查",
    "项目合法、有自筹资金、有还款能力，入户调查时看，写进推荐意见",
)


@dataclass(frozen=True)
class Asked:
    """What she asks for, as far as it is known."""

    kind: str
    amount_fen: int | None = None
    months: int | None = None
    people: int | None = None


def verdicts_on(woman: Woman, asked: Asked, *, on: date, besides: int | None = None) -> Iterator[Verdict]:
    """Every rule, also those she meets: the page shows them before an application is started."""
    yield residence(woman)
    yield _identity(woman)
    yield _age(woman, on)
    yield _schooling(woman, on)
    yield from amount_verdicts(asked, on=on)
    yield window_verdict(on=on)
    yield from _earlier(woman, asked.kind, on)
    yield _running(woman, besides)
    yield from _household(woman)
    yield from (Verdict(None, words) for words in _TO_ASK)


def verdicts_of(application: LoanApplication, *, on: date) -> Iterator[Verdict]:
    """On an application as it stands, its partners included."""
    people = application.people if application.loan_kind == Kind.PARTNERSHIP else None
    asked = Asked(application.loan_kind, application.amount_fen, application.months, people)
    yield from verdicts_on(application.woman, asked, on=on, besides=application.pk)
    yield from _partners(application)


def obstacles_of(application: LoanApplication, *, on: date) -> list[str]:
    """What the rules say against it."""
    return [verdict.words for verdict in verdicts_of(application, on=on) if verdict.met is False]


def problems_of(asked: Asked, *, on: date) -> dict[str, str]:
    """What is wrong with amount and term, by field."""
    fields = ("amount_fen", "months")
    found = zip(fields, (_amount(asked, on), _term(asked, on)), strict=True)
    return {field: verdict.words for field, verdict in found if verdict and verdict.met is False}


def amount_verdicts(asked: Asked, *, on: date) -> Iterator[Verdict]:
    for verdict in (_amount(asked, on), _term(asked, on)):
        if verdict:
            yield verdict


def _draft(asked: Asked, on: date) -> SubsidisedLoan:
    months = asked.months or 12
    return SubsidisedLoan(
        kind=asked.kind, partners=asked.people, principal_fen=asked.amount_fen or 0, released_on=on,
        matures_on=terms.months_after(on, months),
    )  # fmt: skip


def _amount(asked: Asked, on: date) -> Verdict | None:
    """The lowest of the limits in force; a partnership's depends on how many they are."""
    if asked.kind == Kind.PARTNERSHIP and asked.people is not None and asked.people < 2:
        return Verdict(False, "合伙至少 2 人，请先登记合伙人")
    found = terms.limits(_draft(asked, on), terms.Rules.on_day(on))
    lowest = min(found, key=lambda limit: limit.value, default=None)
    label = Kind(asked.kind).label
    if lowest is None:
        return Verdict(None, f"{label}贷款的上限按合伙人数算，登记合伙人后再看")
    if asked.amount_fen is None or asked.amount_fen <= lowest.value:
        return Verdict(True, f"{label}贷款最多 {lowest.words}", lowest.rule.source)
    words = f"申请 {spoken(asked.amount_fen)}，超过{label}贷款上限 {lowest.words}"
    return Verdict(False, words, lowest.rule.source)


def _term(asked: Asked, on: date) -> Verdict | None:
    longest = terms.Rules.on_day(on).find(terms.LONGEST.format(kind=asked.kind))
    if longest is None:
        return None
    if asked.months is None or asked.months <= int(longest.value):
        return Verdict(True, f"期限最长 {longest.value} 个月", longest.source)
    return Verdict(False, f"申请 {asked.months} 个月，超过最长 {longest.value} 个月", longest.source)


def window_verdict(*, on: date) -> Verdict:
    cycles = Cycle.objects.of_loans()
    if found := cycles.open_on(on).first():
        span = f"{found.opens_on:%Y-%m-%d} 至 {found.closes_on:%Y-%m-%d}"
        return Verdict(True, f"“{found.name}”正在受理，{span}", found.document_number)
    if (coming := cycles.filter(opens_on__gt=on).last()) is not None:
        return Verdict(None, f"下一期“{coming.name}” {coming.opens_on:%Y-%m-%d} 开始受理，现在先收材料、存草稿")
    if (past := cycles.first()) is not None:
        return Verdict(None, f"“{past.name}”已在 {past.closes_on:%Y-%m-%d} 截止，等下一期；现在可以先收材料、存草稿")
    return Verdict(True, "贷款常年受理")


def _identity(woman: Woman) -> Verdict:
    if woman.id_index is None:
        return Verdict(False, f"档案里没有身份证号（{woman.get_no_id_reason_display()}），银行没法办，请先补录")
    return Verdict(True, "档案里有身份证号")


def _age(woman: Woman, on: date) -> Verdict:
    try:
        youngest, oldest = rule(terms.YOUNGEST, on=on), rule(terms.OLDEST, on=on)
    except policy.NoRuleInForce as missing:
        return Verdict(None, str(missing))
    span, age = f"{youngest.value} 至 {oldest.value} 周岁", woman.age(on=on)
    if age is None:
        return Verdict(None, f"档案里没有出生日期，贷款对象是 {span}，请核对", oldest.source)
    if int(youngest.value) <= age <= int(oldest.value):
        return Verdict(True, f"今年 {age} 周岁，在 {span}以内", oldest.source)
    return Verdict(False, f"她 {age} 周岁，贷款对象是 {span}", oldest.source)


def _schooling(woman: Woman, on: date) -> Verdict:
    """A local condition: where nobody has looked up the local paper, it only asks."""
    try:
        lowest = rule(SCHOOLING, on=on)
    except policy.NoRuleInForce:
        return Verdict(True, "没有文化程度的要求")
    ranked = [level.label for level in Education]
    least, has = lowest.value, woman.get_education_display()
    if has in ranked and least in ranked and has != Education.OTHER.label and ranked.index(has) <= ranked.index(least):
        return Verdict(True, f"文化程度是{has}，要求{least}以上", lowest.source)
    known = f"文化程度是{has}" if has else "档案里没有文化程度"
    return Verdict(False if lowest.verified and has else None, f"{known}，一般要求{least}以上，请核对", lowest.source)


def earlier_loans(woman: Woman) -> list[SubsidisedLoan]:
    """In the whole city, of any year, under whichever file held her number. Newest first."""
    with scoping.everything("a person borrows once at a time in the whole city"):
        return list(SubsidisedLoan.objects.of_person(woman).order_by("-released_on", "-pk"))


def _told(loan: SubsidisedLoan) -> str:
    return f"{loan.released_on:%Y-%m-%d} {loan.bank}放的 {spoken(loan.principal_fen)}，{loan.get_state_display()}"


def _earlier(woman: Woman, kind: str, on: date) -> Iterator[Verdict]:
    loans = earlier_loans(woman)
    unpaid = [loan for loan in loans if loan.settled_on is None]
    if unpaid:
        yield Verdict(False, f"她还有贴息贷款没有还清：{_told(unpaid[0])}。还清后再申请")
    elif loans:
        yield Verdict(True, f"以前的 {len(loans)} 笔贴息贷款都还清了（已查全市、历年），最近一笔 {_told(loans[0])}")
    else:
        yield Verdict(True, "没有借过贴息贷款（已查全市、历年）")
    most = terms.Rules.on_day(on).find(TIMES.format(kind=Kind.FIRM if kind == Kind.FIRM else Kind.INDIVIDUAL))
    if most and loans:
        met = len(loans) < int(most.value)
        yield Verdict(met, f"已贷过 {len(loans)} 次，最多 {most.value} 次", most.source)


def _running(woman: Woman, besides: int | None) -> Verdict:
    with scoping.everything("a person applies once at a time in the whole city"):
        mine = LoanApplication.objects.of_person(woman).running().exclude(pk=besides or 0)
        found = mine.select_related("organization").first()
    if found is None:
        return Verdict(True, "没有别的贷款申请在办（已查全市）")
    where = f"在{found.organization}申请过，现在是“{found.get_state_display()}”"
    return Verdict(False, f"她已在 {found.applied_on:%Y-%m-%d} {where}，请接着办那一份")


def _household(woman: Woman) -> Iterator[Verdict]:
    if woman.household is None:
        return
    others = SubsidisedLoan.objects.within(woman.organization).outstanding()
    for loan in others.filter(woman__household=woman.household).exclude(woman=woman).select_related("woman")[:3]:
        yield Verdict(None, f"同户的{loan.woman.name}还有一笔没有还清：{_told(loan)}，请核对是不是同一个项目")


def _partners(application: LoanApplication) -> Iterator[Verdict]:
    """Nobody borrows twice at a time by being another's partner."""
    indexes = (
        {bytes(partner.id_index): partner.name for partner in application.partners.all()} if application.pk else {}
    )
    if not indexes:
        return
    with scoping.everything("a person borrows once at a time in the whole city"):
        borrowing = SubsidisedLoan.objects.outstanding().filter(woman__id_index__in=list(indexes))
        owing = {bytes(index) for index in borrowing.values_list("woman__id_index", flat=True) if index}
        other = LoanPartner.objects.filter(id_index__in=list(indexes)).exclude(application=application)
        busy = other.exclude(application__state__in=["refused", "withdrawn"]).exclude(
            application__loan__settled_on__isnull=False
        )
        joined = {bytes(index) for index in busy.values_list("id_index", flat=True)}
    for index, name in indexes.items():
        if index in owing:
            yield Verdict(False, f"合伙人{name}还有贴息贷款没有还清，还清后再申请")
        elif index in joined:
            yield Verdict(False, f"合伙人{name}还在另一份合伙贷款里，不能重复合伙")


def rules_in_force(*, on: date) -> list[PolicyRule]:
    """What is stamped on a decision."""
    rules = terms.Rules.on_day(on)
    codes = [*_KEPT, *(code.format(kind=kind) for code in _BY_KIND for kind in Kind.values)]
    return [found for code in codes if (found := rules.find(code))]


def facts_of(application: LoanApplication, *, on: date) -> dict[str, str]:
    """The snapshot of a decision."""
    partners = "、".join(partner.name for partner in application.partners.all())
    loans = earlier_loans(application.woman)
    facts = {
        **person_and_household(application.woman, on=on),
        "文化程度": application.woman.get_education_display() or "没有登记",
        "类别": application.get_loan_kind_display() + (f"，合伙人 {partners}" if partners else ""),
        "项目": application.project,
        "申请金额": f"{plain_yuan(application.amount_fen)} 元，{application.months} 个月",
        "自筹资金": f"{plain_yuan(application.own_fen)} 元",
        "以前的贴息贷款": "；".join(_told(loan) for loan in loans) or "没有",
        "材料": "；".join(application.paper_gaps(on=on)) or "齐全",
    }
    if application.firm_name:
        facts["企业"] = f"{application.firm_name}，{application.credit_code}"
    return facts
