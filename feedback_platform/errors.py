"""Errors that a person can act on. Everything else is a defect and may crash."""


class DomainError(Exception):
    """A refusal whose text names the place and the remedy; shown as it is.

    ``status`` is the HTTP status that views and the API answer with.
    """

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(DomainError):
    """What was sent cannot be used."""


class Conflict(DomainError):
    """It contradicts what is stored."""

    status = 409


class Gone(DomainError):
    """What it refers to has passed to somebody else or has ended."""

    status = 410


class TooLarge(DomainError):
    """It is over a limit that the settings name."""

    status = 413
