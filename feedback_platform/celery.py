"""The Celery application and everything that runs by the clock."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "feedback_platform.settings")

# Nor are messages in flight given back when the broker dies (see CELERY_BROKER_TRANSPORT_OPTIONS).
Channel.do_restore = False

app = Celery("feedback_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["feedback_platform.jobs", "annotation", "quality", "training_bridge"])

app.conf.beat_schedule = {
    "rescue-work": {"task": "jobs.rescue_work", "schedule": 10.0, "options": {"expires": 30}},
    "expire-leases": {
        "task": "annotation.expire_leases",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "render-ahead": {
        "task": "annotation.render_ahead",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "refresh-states": {
        "task": "quality.refresh_states",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "index-texts": {"task": "quality.index_texts", "schedule": 10.0, "options": {"expires": 10}},
    "request-scheduled-reports": {
        "task": "quality.request_scheduled_reports",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "rebuild-states": {
        "task": "quality.rebuild_states",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 3600},
    },
    "remove-unfinished-datasets": {
        "task": "quality.remove_unfinished_datasets",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
}
