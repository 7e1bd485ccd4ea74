"""PostgreSQL and Redis from Python wheels, private to one folder and one account."""

from feedback_platform.errors import DomainError


class StartError(DomainError):
    """A server of ours cannot be started; the text says what to do about it."""

    status = 503
