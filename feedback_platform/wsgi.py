"""The web server's way in."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "feedback_platform.settings")
application = get_wsgi_application()
# All views, before the first request; and the collector never looks at what stays for good: that
# took it up to a tenth of a second, again and again, while everybody waited.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
