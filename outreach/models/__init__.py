from outreach.models.follow_up import FollowUp
from outreach.models.lecture import Lecture
from outreach.models.need import Need
from outreach.models.notice import NoticeObjection, PublicNotice
from outreach.models.visit import Visit

__all__ = ["FollowUp", "Lecture", "Need", "NoticeObjection", "PublicNotice", "Visit"]
