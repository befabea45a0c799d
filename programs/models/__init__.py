from programs.models.access_review import AccessReview
from programs.models.application import Application, ApplicationStep, RuleStamp
from programs.models.appointment import ScreeningAppointment, ScreeningConsent, ScreeningDay
from programs.models.arrival import ArrivalCall, ArrivalCheck, ArrivalSample
from programs.models.batch import Batch, BatchChange, BatchProblem
from programs.models.campaign import Campaign, QuotaIssue, ScreeningQuota
from programs.models.child_access import ChildAccess
from programs.models.child_files import (
    Aspect,
    ChildAssessment,
    GrowthPlan,
    GuardianConsent,
    PlanGoal,
    PlanReview,
)
from programs.models.companionship import CareContact, ChildWish
from programs.models.cycle import ComparisonFinding, ComparisonList, Cycle, ReliefFund
from programs.models.exclusion import ScreeningExclusion
from programs.models.incident import Incident, IncidentEntry, IncidentReport
from programs.models.ledger import Fund, LedgerAccount, LedgerEntry, LedgerLine
from programs.models.loan_applications import LoanApplication, LoanPaper, LoanPartner
from programs.models.loan_events import LoanEvent
from programs.models.loan_follow_ups import LoanFollowUp
from programs.models.loans import SubsidisedLoan
from programs.models.mentors import Mentor, MentorVetting
from programs.models.payment import BankLine, Payment, PaymentBatch, Signature
from programs.models.recall import ScreeningRecall
from programs.models.relief import ReliefGrant, ReliefPaper
from programs.models.screening import Screening, ScreeningResult
from programs.models.screening_return import ScreeningReturn
from programs.models.subsidy import SubsidyBatch, SubsidyLine
from programs.models.sunflower import CareDonation, Child, ChildAid, Pairing

__all__ = [
    "QuotaIssue",
    "ReliefFund",
    "Cycle",
    "ComparisonList",
    "ComparisonFinding",
    "Application",
    "ApplicationStep",
    "AccessReview",
    "ArrivalCall",
    "ArrivalCheck",
    "ArrivalSample",
    "BankLine",
    "Aspect",
    "Batch",
    "BatchChange",
    "BatchProblem",
    "Campaign",
    "CareContact",
    "CareDonation",
    "Child",
    "ChildAccess",
    "ChildAid",
    "ChildAssessment",
    "ChildWish",
    "Fund",
    "GrowthPlan",
    "GuardianConsent",
    "Incident",
    "IncidentEntry",
    "IncidentReport",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerLine",
    "LoanApplication",
    "LoanEvent",
    "LoanFollowUp",
    "Mentor",
    "MentorVetting",
    "LoanPaper",
    "LoanPartner",
    "Pairing",
    "Payment",
    "PaymentBatch",
    "PlanGoal",
    "PlanReview",
    "ReliefGrant",
    "ReliefPaper",
    "RuleStamp",
    "Screening",
    "ScreeningAppointment",
    "ScreeningConsent",
    "ScreeningDay",
    "ScreeningExclusion",
    "ScreeningQuota",
    "ScreeningRecall",
    "ScreeningResult",
    "ScreeningReturn",
    "Signature",
    "SubsidisedLoan",
    "SubsidyBatch",
    "SubsidyLine",
]
