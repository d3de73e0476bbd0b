from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases import inbox, tasks  # noqa: F401  # actions wake tasks by name

        inbox.connect()
