"""The API routes of reports and dataset versions."""
