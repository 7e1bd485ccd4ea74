"""The API routes of projects, imports and judging."""
