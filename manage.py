#!/usr/bin/env python
"""The platform's commands; `manage.py up` starts everything."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from feedback_platform.errors import DomainError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "feedback_platform.settings")
    try:
        execute_from_command_line(sys.argv)
    except (DomainError, ImproperlyConfigured) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
