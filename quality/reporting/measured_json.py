"""What was measured of a file, as one JSON document that is written piece by piece."""

import json
from collections.abc import Iterator
from typing import Any

from quality.metrics.dawid_skene import DawidSkene
from quality.metrics.estimates import Estimate
from quality.reporting.measured_values import (
    MANY_CODERS,
    MANY_RATES,
    MeasuredValues,
)

# Units turned into text at a time.
PIECE = 10_000
MODEL_KEYS = (
    "class_marginals",
    "posteriors",
    "error_rates",
    "log_likelihood",
    "n_iter",
    "converged",
    "label_switched",
)


def json_pieces(measured: MeasuredValues) -> Iterator[str]:
    """The document in pieces; only what is named after units grows with the file."""
    head = _head(measured)
    yield _text(head)[:-1]
    yield ', "consensus": {"majority": {'
    yield from _majority(measured)
    yield '}, "dawid_skene": '
    if measured.model is None:
        yield _text({**dict.fromkeys(MODEL_KEYS), "undefined_because": MANY_RATES})
    else:
        model = _model(measured, measured.model)
        yield '{"class_marginals": ' + _text(model.pop("class_marginals")) + ', "posteriors": {'
        yield from _posteriors(measured, measured.model)
        yield "}, " + _text(model)[1:]
    yield "}}"


def _head(measured: MeasuredValues) -> dict[str, Any]:
    kappas = measured.kappas
    head: dict[str, Any] = {
        name: each.measured.estimate.as_dict() for name, each in measured.coefficients.items()
    }
    head["cohen_kappa"] = None if kappas is None else _by_pair(kappas)
    if kappas is None:
        head["cohen_kappa_undefined_because"] = MANY_CODERS
    head["for_coders_like_these"] = {
        name: each.others.as_dict() for name, each in measured.coefficients.items()
    }
    values = measured.values
    head["read"] = {
        "columns": values.columns,
        "n_rows": values.n_rows,
        "n_missing": values.n_missing,
        "n_repeats": measured.n_repeats,
        "n_values_used": measured.n_used,
        "n_units": len(values.units),
        "n_coders": len(values.coders),
        "domain": list(values.domain),
    }
    return head


def _by_pair(kappas: list[tuple[str, str, Estimate]]) -> dict[str, Any]:
    """Kappas by ``first|second``; a bar in a name is ``\\|`` where pairs would be mixed up."""
    names = [f"{first}|{second}" for first, second, _ in kappas]
    if len(set(names)) < len(names):
        names = [f"{_escaped(first)}|{_escaped(second)}" for first, second, _ in kappas]
    return {name: kappa.as_dict() for name, (_, _, kappa) in zip(names, kappas, strict=True)}


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("|", "\\|")


def _majority(measured: MeasuredValues) -> Iterator[str]:
    units, domain = measured.values.units, (*measured.values.domain, None)
    codes = measured.majority.tolist()
    for start in range(0, len(units), PIECE):
        stop = min(start + PIECE, len(units))
        piece = {units[at]: domain[codes[at]] for at in range(start, stop)}
        yield (", " if start else "") + _text(piece)[1:-1]


def _posteriors(measured: MeasuredValues, model: DawidSkene) -> Iterator[str]:
    units, domain = measured.values.units, measured.values.domain
    for start in range(0, len(units), PIECE):
        rows = model.posteriors[start : start + PIECE].tolist()
        names = units[start : start + PIECE]
        piece = {
            name: dict(zip(domain, row, strict=True)) for name, row in zip(names, rows, strict=True)
        }
        yield (", " if start else "") + _text(piece)[1:-1]


def _model(measured: MeasuredValues, model: DawidSkene) -> dict[str, Any]:
    """All but the posteriors; the rates for a true value nobody judged are null."""
    domain = measured.values.domain
    rates: dict[str, dict[str, dict[str, float] | None]] = {}
    for coder, of_coder, n_true in zip(
        measured.values.coders, model.error_rates.tolist(), model.n_true.tolist(), strict=True
    ):
        rates[coder] = {
            true: dict(zip(domain, given, strict=True)) if n > 0 else None
            for true, given, n in zip(domain, of_coder, n_true, strict=True)
        }
    return {
        "class_marginals": dict(zip(domain, model.class_marginals.tolist(), strict=True)),
        "error_rates": rates,
        "log_likelihood": model.log_likelihood,
        "n_iter": model.n_iter,
        "converged": model.converged,
        "label_switched": model.label_switched,
        "undefined_because": model.undefined_because,
    }


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
