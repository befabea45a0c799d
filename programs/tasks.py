from celery import shared_task
from django.utils import timezone

from programs import verifying
from programs.screening import clearing


@shared_task
def clear_uploads() -> None:
    clearing.clear(at=timezone.now())


@shared_task
def verify_ledger() -> None:
    verifying.note()
