from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to Anymail, in time; refuse to start with a webhook that strangers could call."""
        from anymail.signals import inbound, tracking

        from notifications.webhooks import catalogue, fetching, handlers

        inbound.connect(handlers.take_mail, dispatch_uid="notifications.take_mail")
        tracking.connect(handlers.take_news, dispatch_uid="notifications.take_news")
        catalogue.refuse_unsafe()
        fetching.limit_fetching()
