#!/usr/bin/env python
"""The platform's commands; `manage.py up` starts everything."""

import os
import sys

try:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError
except ImportError:
    sys.exit(
        "error: Django is not installed for this Python. Run `make run`, or "
        "`.venv/bin/python manage.py`, or `pip install -r requirements.txt` first."
    )

from feedback_platform.errors import DomainError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "feedback_platform.settings")
    if not (3, 11) <= sys.version_info < (3, 13) and not os.environ.get("REDIS_URL"):
        sys.exit(
            f"error: Python 3.11 or 3.12 is needed, this is {sys.version.split()[0]}: "
            f"the embedded Redis has no package for it. Set REDIS_URL to use a Redis of your own."
        )
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output (`| head`) has left; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (DomainError, ImproperlyConfigured) as error:
        sys.exit(f"error: {error}")
    except OperationalError as error:
        if not os.environ.get("DATABASE_URL"):
            raise
        sys.exit(
            f"error: The database at DATABASE_URL does not answer ({error}): see that it runs, "
            f"and that address, name and password are right."
        )


if __name__ == "__main__":
    main()
