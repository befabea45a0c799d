from programs.models.loans import SubsidisedLoan
from programs.models.relief import ReliefGrant
from programs.models.screening import Batch, Campaign, Screening, ScreeningQuota, ScreeningResult
from programs.models.sunflower import CareDonation, Child, ChildAid, Pairing

__all__ = [
    "Batch",
    "Campaign",
    "CareDonation",
    "Child",
    "ChildAid",
    "Pairing",
    "ReliefGrant",
    "Screening",
    "ScreeningQuota",
    "ScreeningResult",
    "SubsidisedLoan",
]
