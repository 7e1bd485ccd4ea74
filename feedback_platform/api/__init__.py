"""What every API route shares: bearer tokens, scopes, bodies, pages and the form of errors."""
