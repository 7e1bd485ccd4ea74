"""The platform's settings with one table and one address more. For benchmarks only."""

from feedback_platform.settings import *  # noqa: F403
from feedback_platform.settings import INSTALLED_APPS as PLATFORM_APPS

INSTALLED_APPS = [*PLATFORM_APPS, "floor"]
ROOT_URLCONF = "floor.urls"
