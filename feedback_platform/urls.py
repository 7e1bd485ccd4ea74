from allauth.account import views as allauth
from django.contrib import admin
from django.urls import include, path

from feedback_platform import views
from feedback_platform.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    # Only these: no sign-up, no e-mail addresses, no reset by e-mail.
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/password/", allauth.password_change, name="account_change_password"),
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/again/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/", views.account, name="account"),
    path("account/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
    path("api/v1/", include("feedback_platform.api_urls")),
    path("", include("annotation.urls")),
    path("", include("quality.urls")),
    path("", include("training_bridge.urls")),
]

handler500 = "feedback_platform.api.views.server_error"
