from django.urls import include, path

from floor.views import insert

urlpatterns = [
    path("floor/", insert),
    path("", include("feedback_platform.urls")),
]
