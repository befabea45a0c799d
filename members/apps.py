from django.apps import AppConfig

AUDIT_SENTENCES: dict[str, str] = {}


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "妇女与干部"

    def ready(self) -> None:
        from federation import audit

        audit.sentences(AUDIT_SENTENCES)
