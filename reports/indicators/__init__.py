"""Every figure of the portal, by code."""

from reports.indicators import members, outreach, programs
from reports.indicators.definition import Indicator, Number, year_before, year_until

INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator for indicator in [*outreach.INDICATORS, *programs.INDICATORS, *members.INDICATORS]
}
BY_LABEL: dict[str, Indicator] = {indicator.label: indicator for indicator in INDICATORS.values()}

__all__ = ["BY_LABEL", "INDICATORS", "Indicator", "Number", "year_before", "year_until"]
