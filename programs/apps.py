from django.apps import AppConfig

AUDIT_SENTENCES: dict[str, str] = {}


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "惠民项目"

    def ready(self) -> None:
        from federation import audit

        audit.sentences(AUDIT_SENTENCES)
