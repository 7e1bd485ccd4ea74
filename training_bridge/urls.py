from django.urls import URLPattern

app_name = "training_bridge"
urlpatterns: list[URLPattern] = []
