from django.apps import AppConfig


class FeedbackPlatformConfig(AppConfig):
    name = "feedback_platform"
    default_auto_field = "django.db.models.BigAutoField"
