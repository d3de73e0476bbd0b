"""Every address of the desk, app by app."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from cases.api import api_urls
from cases.views import mail_preview
from config.metrics import show_metrics

# The admin has no door of its own: one sign-in, with its limits and its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("metrics", show_metrics, name="metrics"),
    path(
        "admin/mail-preview/", admin.site.admin_view(mail_preview.show_preview), name="mail_preview"
    ),
    path(
        "admin/mail-preview/html/",
        admin.site.admin_view(mail_preview.show_preview_html),
        name="mail_preview_html",
    ),
    path("admin/", admin.site.urls),
    path("accounts/", include("config.sign_in.urls")),
    path("hooks/mail/", include("notifications.webhooks.urls")),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("config.sandbox.urls")))
urlpatterns.append(path("api/v1/", api_urls))
urlpatterns += [path("my/", include("cases.customer_urls")), path("", include("cases.urls"))]
if settings.DEBUG:
    from cases.views.gallery import show_gallery

    urlpatterns.append(path("desk/gallery/", show_gallery, name="gallery"))
