from django.apps import AppConfig

AUDIT_SENTENCES: dict[str, str] = {}


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = "走访与活动"

    def ready(self) -> None:
        from federation import audit

        audit.sentences(AUDIT_SENTENCES)
