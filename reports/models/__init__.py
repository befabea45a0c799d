from reports.models.rollup import RollUp
from reports.models.summary import AnnualSummary, Figure, SummaryBlock, SummaryDocument

__all__ = ["AnnualSummary", "Figure", "RollUp", "SummaryBlock", "SummaryDocument"]
