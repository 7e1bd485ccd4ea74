import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from annotation.services.loading import import_limits
from feedback_platform.errors import BadInput
from quality.formats.domains import domain_from_text
from quality.formats.long_values import LongValues, read_long_values
from quality.metrics.alpha import Level
from quality.metrics.estimates import Estimate
from quality.reporting.measured_json import json_pieces
from quality.reporting.measured_values import (
    MANY_CODERS,
    MANY_RATES,
    MeasuredValues,
    Repeats,
    measured_values,
)

# A table of who gave which value is repetitive: gzip makes far less of it than of texts.
RATIO = 10_000


class Command(BaseCommand):
    help = "Measure agreement and consensus of a long-format file; needs no database."
    # Checks look at models and their database, and this command has neither.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON lines, CSV or Parquet, gzip or not")
        parser.add_argument("--unit", metavar="U", help="column of what was judged")
        parser.add_argument("--coder", metavar="C", help="column of who judged")
        parser.add_argument("--value", metavar="V", help="column of the value given")
        parser.add_argument("--domain", metavar="a,b,c", help="all values, in their order")
        parser.add_argument("--level", choices=[*Level], default=Level.NOMINAL)
        parser.add_argument(
            "--repeats",
            choices=[*Repeats],
            default=Repeats.FIRST,
            help="which of a coder's several values for a unit count",
        )
        parser.add_argument(
            "--smoothing",
            type=float,
            default=0.0,
            help="of Dawid and Skene's error rates; 0 is the published estimator",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            values = self._read(**options)
            smoothing = options["smoothing"]
            if not 0 <= smoothing < float("inf"):
                raise BadInput(f"--smoothing must be 0 or more, not {smoothing}.")
        except BadInput as error:
            self.stderr.write(error.message)
            sys.exit(2)
        self.stderr.write(_what_was_read(values))
        measured = measured_values(
            values,
            level=Level(options["level"]),
            repeats=Repeats(options["repeats"]),
            smoothing=smoothing,
        )
        if options["json"]:
            for piece in json_pieces(measured):
                self.stdout.write(piece, ending="")
            self.stdout.write("")
        else:
            self.stdout.write("\n".join(_in_words(measured)))

    def _read(self, **options: Any) -> LongValues:
        given = {what: options[what] for what in ("unit", "coder", "value")}
        domain = options["domain"]
        return read_long_values(
            options["file"],
            columns={what: column for what, column in given.items() if column is not None},
            domain=None if domain is None else domain_from_text(domain),
            level=Level(options["level"]),
            limits=replace(import_limits(), ratio=RATIO),
            step=lambda n_rows: self.stderr.write(f"{n_rows:,} rows"),
        )


def _what_was_read(values: LongValues) -> str:
    columns = ", ".join(f"{what} from {name!r}" for what, name in values.columns.items())
    missing = f", {values.n_missing:,} without a value" if values.n_missing else ""
    domain = ", ".join(repr(_short(label)) for label in values.domain[:10])
    more = f" and {len(values.domain) - 10:,} more" if len(values.domain) > 10 else ""
    return (
        f"{values.n_rows:,} rows ({columns}{missing}): {len(values.units):,} units, "
        f"{len(values.coders):,} coders, values {domain}{more}."
    )


def _in_words(measured: MeasuredValues) -> list[str]:
    lines = []
    for name, each in measured.coefficients.items():
        lines.append(f"{name:<20} {_estimate(each.measured.estimate)}")
        if each.others.low is not None:
            low, high = each.others.low, each.others.high
            lines.append(f"{'':<20} for coders like these [{low:.3f}, {high:.3f}]")
    if measured.kappas is None:
        lines.append(f"{'cohen_kappa':<20} undefined ({MANY_CODERS})")
    else:
        lines.append(f"{'cohen_kappa':<20} {len(measured.kappas):,} pairs; --json lists them")
    split = int((measured.majority < 0).sum())
    lines.append(f"{'majority':<20} {split:,} of {measured.majority.size:,} units have none")
    lines.append(f"{'dawid_skene':<20} {_model(measured)}")
    return lines


def _model(measured: MeasuredValues) -> str:
    model = measured.model
    if model is None or model.log_likelihood is None:
        return f"undefined ({MANY_RATES if model is None else model.undefined_because})"
    shares = zip(measured.values.domain[:10], model.class_marginals.tolist(), strict=False)
    marginals = ", ".join(f"{_short(label)} {share:.3f}" for label, share in shares)
    state = "converged" if model.converged else "did NOT converge"
    return f"{state} after {model.n_iter:,} steps; classes {marginals}"


def _estimate(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"undefined ({estimate.undefined_because})"
    if estimate.low is None:
        return f"{estimate.value:.3f} ({estimate.undefined_because}), n = {estimate.n:,}"
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}], n = {estimate.n:,}"


def _short(label: str) -> str:
    return label if len(label) <= 24 else label[:23] + "…"
