"""The base of commands that run long work in the foreground."""

import json
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from feedback_platform.commands import PlatformCommand
from feedback_platform.errors import DomainError
from feedback_platform.jobs.claims import Cancelled, ClaimLost
from feedback_platform.jobs.models import LongWork

PROGRESS_SECONDS = 1.0


class LongWorkCommand(PlatformCommand):
    """Progress on stderr, one result on stdout; exit 0 done, 1 failed, 2 bad input.

    A subclass implements :meth:`execute_work`, which returns the document of ``--json``, and
    :meth:`summary`, its one line in words.
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = self.execute_work(**options)
        except DomainError as error:
            self._leave(error.message, code=2)
        except Cancelled:
            self._leave("Cancelled. Nothing was stored.", code=1)
        except ClaimLost:
            self._leave("Another worker took this work over. Nothing was stored.", code=1)
        except KeyboardInterrupt:
            self._leave("Stopped. Nothing was stored.", code=1)
        self.stdout.write(
            json.dumps(document, ensure_ascii=False, allow_nan=False)
            if options["json"]
            else self.summary(document)
        )

    def execute_work(self, **options: Any) -> dict[str, Any]:
        raise NotImplementedError

    def summary(self, document: dict[str, Any]) -> str:
        raise NotImplementedError

    @contextmanager
    def shown_progress(self, job: LongWork) -> Iterator[None]:
        """Print the row's progress to stderr while the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._show, args=(job, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _show(self, job: LongWork, stop: threading.Event) -> None:
        shown = ""
        try:
            while not stop.wait(PROGRESS_SECONDS):
                row = type(job)._default_manager.filter(pk=job.pk).first()
                if row is None:
                    continue
                counts = f"{row.done:,} / {row.total:,}" if row.total else f"{row.done:,}"
                line = f"{counts}  {row.message}".rstrip()
                if line != shown:
                    shown = line
                    self.stderr.write(line)
        finally:
            connection.close()

    def _leave(self, message: str, *, code: int) -> None:
        self.stderr.write(message)
        sys.exit(code)
