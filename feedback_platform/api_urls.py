from django.urls import include, path

from feedback_platform.api.views import DocsView, SchemaView, no_such_route

urlpatterns = [
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", DocsView.as_view(), name="api-docs"),
    path("", include("annotation.api_urls")),
    path("", include("quality.api_urls")),
    path("", include("training_bridge.api_urls")),
    path("<path:rest>", no_such_route),
]
