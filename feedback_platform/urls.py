from django.contrib import admin
from django.urls import include, path

from feedback_platform.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("", include("annotation.urls")),
    path("", include("quality.urls")),
    path("", include("training_bridge.urls")),
]
