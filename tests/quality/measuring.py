"""`manage.py measure` as its tests call it, and the files it reads."""

import gzip
import json
from io import StringIO

import pyarrow as pa
import pyarrow.parquet
import pytest
from django.core.management import call_command

# Krippendorff (2011): twelve units, four observers; alphas 0.743, 0.815 and 0.849.
OBSERVERS = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}
KRIPPENDORFF = [
    {"unit": unit + 1, "coder": coder, "value": value}
    for coder, values in OBSERVERS.items()
    for unit, value in enumerate(values)
]


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def measure(path, *options):
    out = StringIO()
    call_command("measure", str(path), *options, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def refusal(path, *options):
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("measure", str(path), *options, stdout=StringIO(), stderr=err)
    assert left.value.code == 2
    return err.getvalue()


def as_csv(path, rows):
    cells = (f"{row['item_id']},{row['annotator']},{row['choice']}\n" for row in rows)
    path.write_text("item_id,annotator,choice\n" + "".join(cells))


def as_parquet(path, rows):
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), path)


def as_gzip(path, rows):
    path.write_bytes(gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))


def as_array(path, rows):
    path.write_text(json.dumps(rows))


def as_table(path, *values):
    """CSV: four units, two coders, who give these values in turn."""
    rows = (f"{at % 4},{'xy'[at // 4]},{values[at % len(values)]}\n" for at in range(8))
    path.write_text("unit,coder,value\n" + "".join(rows))
    return path
