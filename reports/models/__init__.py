from reports.models.rollup import RollUp
from reports.models.sending import SentParagraph, SummarySending
from reports.models.summary import AnnualSummary, Figure, SummaryBlock, SummaryDocument

__all__ = ["AnnualSummary", "Figure", "RollUp", "SentParagraph", "SummaryBlock", "SummaryDocument", "SummarySending"]
