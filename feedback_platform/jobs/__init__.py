"""Long work as a database row: claimed, fenced, watched, cancelled and resumed."""
