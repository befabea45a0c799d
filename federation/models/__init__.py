from federation.models.audit import AuditEntry
from federation.models.export_leave import ExportLeave
from federation.models.job import Job
from federation.models.organization import Kind, Level, Organization, OrganizationName, Placement
from federation.models.policy import PolicyRule
from federation.models.tree_change import TreeChange
from federation.models.user import Invitation, PastPassword, RoleGrant, User
from federation.models.workday import DayAdjustment

__all__ = [
    "AuditEntry",
    "DayAdjustment",
    "Invitation",
    "Job",
    "Kind",
    "Level",
    "Organization",
    "OrganizationName",
    "PastPassword",
    "Placement",
    "PolicyRule",
    "RoleGrant",
    "ExportLeave",
    "TreeChange",
    "User",
]
