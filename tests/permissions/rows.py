"""How the tables are read."""


def rows_of(table: str, prefix: str = "") -> dict[tuple[str, str], list[int]]:
    """(method, route) to the expected statuses."""
    rows = {}
    for line in table.strip().splitlines():
        method, route, *codes = line.split()
        rows[method, prefix + route] = [int(code) for code in codes]
    return rows
