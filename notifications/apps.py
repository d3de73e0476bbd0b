from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to Anymail, in time; refuse to start with a webhook that strangers could call."""
        from anymail.signals import inbound, tracking
        from django.db.backends.signals import connection_created

        from notifications.database import read_instants_quickly, remember_statements
        from notifications.webhooks import catalogue, fetching, handlers

        connection_created.connect(read_instants_quickly)
        connection_created.connect(remember_statements)
        inbound.connect(handlers.take_mail, dispatch_uid="notifications.take_mail")
        tracking.connect(handlers.take_news, dispatch_uid="notifications.take_news")
        catalogue.refuse_unsafe()
        fetching.limit_fetching()
