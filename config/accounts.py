"""The addresses of signing in: of allauth's pages those that an office needs. Nobody signs up, no password goes by mail."""

from typing import Any

from allauth.account import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path


class Login(views.LoginView):  # type: ignore[misc]
    """The sign-in page. That of the demo names the demo's people, so that one can look around as each of them."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().get_context_data(**more)
        if settings.DEMO:
            from config import demo_data

            shown |= {
                "demo_logins": [*demo_data.CAST, demo_data.TECHNICAL],
                "demo_password": demo_data.PASSWORD,
            }
        return shown


def _password(request: HttpRequest) -> HttpResponseBase:
    """Whoever signs in by the province's service alone has no password here that could be changed."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        raise Http404
    answer: HttpResponseBase = views.password_change(request)
    return answer


urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", Login.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/", _password, name="account_change_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += [
        path("sso/", include("allauth.socialaccount.urls")),
        path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    ]
