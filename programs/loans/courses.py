"""From the rows of a loan to the course that `subsidy` computes with: its stamped rules, its events, its dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from federation.models import PolicyRule
from federation.policy import NoRuleInForce
from programs.loans.subsidy import Course, SubsidyTerms
from programs.loans.terms import REFERENCE, SCHEME, Rules, plain_percent
from programs.models import LoanEvent, SubsidisedLoan

SHARES, BORNE = "loan.subsidy_shares", "loan.borrower_below_lpr_percent"
DAY_COUNT, SETTLEMENT_DAY, PENALTY = "loan.day_count", "loan.settlement_day", "loan.penalty_factor"
Happening = tuple[str, date, int | None, Decimal | None]
_FIELDS = (
    "pk", "principal_fen", "rate_percent", "released_on", "matures_on", "extended_until", "settled_on", "rule_ids",
)  # fmt: skip


def millionths(rate_percent: Decimal) -> int:
    """3.5 (%) is 35,000; the column has four decimals, so nothing is lost."""
    return int(rate_percent.scaleb(4))


def terms_of(rules: Rules) -> SubsidyTerms:
    """A loan from before the policy, or between two, has no version and no subsidy."""
    own_rate, own_words = 0, ""
    scheme = rules.find(SCHEME)
    if borne := rules.find(BORNE):
        lpr = rules.need(REFERENCE)
        own_rate = max(0, millionths(Decimal(lpr.value)) - millionths(Decimal(borne.value)))
        own_words = f"（LPR {plain_percent(lpr.value)} − {plain_percent(borne.value)}）"
    return SubsidyTerms(
        scheme=scheme.value if scheme else "",
        shares=tuple(Fraction(part) for part in rules.need(SHARES).value.split("、")) if scheme else (Fraction(0),),
        own_rate=own_rate,
        own_words=own_words,
        day_count=int(rules.need(DAY_COUNT).value),
        settlement_day=int(rules.need(SETTLEMENT_DAY).value),
        penalty=Fraction(rules.need(PENALTY).value),
    )


def course_of(loan: SubsidisedLoan, events: Iterable[LoanEvent], terms: SubsidyTerms) -> Course:
    """`events` are the standing ones of this loan, by day."""
    happenings = [(event.kind, event.on, event.amount_fen, event.rate_percent) for event in events]
    return _course(
        terms, loan.principal_fen, Decimal(loan.rate_percent), loan.released_on, loan.matures_on, loan.extended_until,
        loan.settled_on, happenings,
    )  # fmt: skip


def _course(
    terms: SubsidyTerms,
    principal_fen: int,
    rate_percent: Decimal,
    released_on: date,
    matures_on: date,
    extended_until: date | None,
    settled_on: date | None,
    happenings: Iterable[Happening],
) -> Course:
    repayments: list[tuple[date, int]] = []
    rates: list[tuple[date, int]] = []
    misused_on = None
    for kind, on, amount_fen, new_rate in happenings:
        if kind == LoanEvent.Kind.REPAYMENT and amount_fen:
            repayments.append((on, amount_fen))
        elif kind == LoanEvent.Kind.RATE and new_rate is not None:
            rates.append((on, millionths(new_rate)))
        elif kind == LoanEvent.Kind.MISUSE:
            misused_on = on
    return Course(
        terms, principal_fen, millionths(rate_percent), released_on, matures_on, extended_until or matures_on, settled_on,
        misused_on, tuple(repayments), tuple(rates),
    )  # fmt: skip


def courses_of(loans: QuerySet[SubsidisedLoan]) -> Iterator[tuple[int, Course]]:
    """(loan id, course) of many loans in three statements; building whole rows of each would take longer."""
    happenings: defaultdict[int, list[Happening]] = defaultdict(list)
    standing = LoanEvent.objects.filter(loan__in=loans.order_by()).standing()
    for loan_id, kind, on, fen, rate in standing.values_list("loan_id", "kind", "on", "amount_fen", "rate_percent"):
        happenings[loan_id].append((kind, on, fen, rate))
    book = _TermsBook()
    for pk, principal_fen, rate, released_on, matures_on, extended_until, settled_on, ids in loans.values_list(
        *_FIELDS
    ):
        terms = book.terms(ids, released_on)
        yield (
            pk,
            _course(
                terms, principal_fen, rate, released_on, matures_on, extended_until, settled_on, happenings.get(pk, ())
            ),
        )


class _TermsBook:
    """Terms by the stamped ids: thousands of loans share a handful of sets."""

    def __init__(self) -> None:
        self._rows: dict[int, PolicyRule] = {}
        self._found: dict[tuple[int, ...], SubsidyTerms] = {}
        self._by_day: dict[date, SubsidyTerms] = {}

    def terms(self, ids: list[int], released_on: date) -> SubsidyTerms:
        if not ids:
            if released_on not in self._by_day:
                self._by_day[released_on] = terms_of(Rules.on_day(released_on))
            return self._by_day[released_on]
        key = tuple(ids)
        if key not in self._found:
            self._found[key] = terms_of(self._stamped(key, released_on))
        return self._found[key]

    def _stamped(self, ids: tuple[int, ...], released_on: date) -> Rules:
        if not self._rows:
            self._rows = {row.pk: row for row in PolicyRule.objects.filter(code__startswith="loan.")}
        gone = [pk for pk in ids if pk not in self._rows]
        if gone:
            raise NoRuleInForce(f"{released_on:%Y-%m-%d} 放款时施行的贷款规则已经不在政策规则里，请系统管理员补上。")
        return Rules(released_on, {self._rows[pk].code: self._rows[pk] for pk in ids})
