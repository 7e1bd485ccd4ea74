"""A PostgreSQL backend that starts the embedded server when somebody first connects."""

import atexit
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.postgresql import base

from feedback_platform.embedded import postgres


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL wrapper; a command that never connects starts nothing."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, after making sure that the embedded server runs."""
        self._ensure_running()
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            # It may have been stopped or killed just now.
            if not self._ensure_running():
                raise
            return super().get_new_connection(conn_params)

    def _ensure_running(self) -> bool:
        """Whether the server had to be started."""
        var_dir = Path(self.settings_dict["EMBEDDED_VAR_DIR"])
        if postgres.is_running(var_dir):
            return False
        postgres.start(var_dir)
        atexit.unregister(_leave)
        atexit.register(_leave, var_dir)
        return True


def _leave(var_dir: Path) -> None:
    """Leave no server behind that only this process used."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
    postgres.stop_if_unused(var_dir)
