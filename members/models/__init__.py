from members.models.cadre import Appointment, Cadre
from members.models.household import Household
from members.models.woman import Woman

__all__ = ["Appointment", "Cadre", "Household", "Woman"]
