"""The pages of signing in: our own first, then allauth's."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from config.sign_in import sessions, single_sign_on


def refuse(request: HttpRequest, **_given: str) -> HttpResponse:
    """Answer 404 where allauth would let people change what an administrator gave them."""
    raise Http404


urlpatterns = [
    path("sessions/", sessions.show_sessions, name="usersessions_list"),
    path("sessions/others/end/", sessions.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="end_session"),
    path("oidc/sso/login/", single_sign_on.start, name="single_sign_on"),
    path("oidc/sso/login/callback/", single_sign_on.finish),
    path("oidc/<str:provider_id>/login/", refuse),
    path("email/", refuse),
    path("3rdparty/", refuse),
    path("3rdparty/signup/", refuse),
    path("", include("allauth.urls")),
]
