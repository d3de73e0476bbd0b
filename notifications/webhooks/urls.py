"""The addresses that providers call: Anymail's own, each with its guard in front."""

from django.urls import URLPattern

from notifications.webhooks.catalogue import list_hooks
from notifications.webhooks.views import make_page

app_name = "webhooks"
urlpatterns = [
    URLPattern(hook.pattern.pattern, make_page(hook), hook.pattern.default_args, hook.pattern.name)
    for hook in list_hooks()
]
