"""A PostgreSQL backend that starts the embedded server when somebody first connects."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from feedback_platform.embedded import postgres


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL wrapper; a command that never connects starts nothing."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, after making sure that the embedded server runs."""
        var_dir = Path(self.settings_dict["EMBEDDED_VAR_DIR"])
        if not postgres.is_running(var_dir):
            postgres.start(var_dir)
        return super().get_new_connection(conn_params)
