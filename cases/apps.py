from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        try:  # TEMPORARY until cases.domain is complete
            from cases import inbox
        except ImportError as error:
            print("cases.inbox not wired yet:", error)
            return
        inbox.connect()
