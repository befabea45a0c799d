from programs.models.application import Application, ApplicationStep, RuleStamp
from programs.models.batch import Batch, BatchChange, BatchProblem
from programs.models.campaign import Campaign, ScreeningQuota
from programs.models.exclusion import ScreeningExclusion
from programs.models.ledger import Fund, LedgerAccount, LedgerEntry, LedgerLine
from programs.models.loan_events import LoanEvent
from programs.models.loan_follow_ups import LoanFollowUp
from programs.models.loans import SubsidisedLoan
from programs.models.payment import BankLine, Payment, PaymentBatch, Signature
from programs.models.recall import ScreeningRecall
from programs.models.relief import ReliefGrant, ReliefPaper
from programs.models.screening import Screening, ScreeningResult
from programs.models.subsidy import SubsidyBatch, SubsidyLine
from programs.models.sunflower import CareDonation, Child, ChildAid, Pairing

__all__ = [
    "Application",
    "ApplicationStep",
    "BankLine",
    "Batch",
    "BatchChange",
    "BatchProblem",
    "Campaign",
    "CareDonation",
    "Child",
    "ChildAid",
    "Fund",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerLine",
    "LoanEvent",
    "LoanFollowUp",
    "Pairing",
    "Payment",
    "PaymentBatch",
    "ReliefGrant",
    "ReliefPaper",
    "RuleStamp",
    "Screening",
    "ScreeningExclusion",
    "ScreeningQuota",
    "ScreeningRecall",
    "ScreeningResult",
    "Signature",
    "SubsidisedLoan",
    "SubsidyBatch",
    "SubsidyLine",
]
