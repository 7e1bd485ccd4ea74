"""Texts: what is there twice, shared with other prompts, or shared by the splits."""

from dataclasses import asdict
from typing import Any

import numpy as np

from quality.metrics.duplicates import repeated_comparisons, repeated_prompts
from quality.metrics.evidence import Evidence
from quality.metrics.near_duplicates import near_duplicates, normalised
from quality.metrics.prompt_overlap import HIGH_OVERLAP
from quality.reporting.sections.base import Context, Document, Section
from quality.reporting.texts import TextsReading

# Different prompts that are searched for near duplicates.
MAX_NEAR = 20_000
MAX_LISTED = 10
SHOWN_CHARACTERS = 200

NO_HASHES = "the responses were not hashed"


def measure(evidence: Evidence, context: Context) -> Document:
    """Count what is there twice, and what other prompts and the splits share."""
    context.step("Looking for duplicates")
    return {
        "n_comparisons": evidence.judged.n_units,
        "prompts": _prompts(evidence),
        "comparisons": _comparisons(evidence),
        "near": _near(evidence, context),
        "high_overlap": HIGH_OVERLAP,
        "overlaps": [
            {**asdict(overlap), "share": overlap.share, "is_high": _is_high(overlap.share)}
            for overlap in evidence.collection.overlaps
        ],
        "leakage": None
        if evidence.collection.leakage is None
        else asdict(evidence.collection.leakage),
    }


def _prompts(evidence: Evidence) -> dict[str, Any]:
    found = repeated_prompts(evidence.judged.prompt, listed=MAX_LISTED)
    texts = evidence.collection.frequent_prompts
    return {
        "n": found.n_prompts,
        "n_repeated": found.n_repeated,
        "n_comparisons": found.n_comparisons,
        "most_frequent": [
            {"prompt": texts.get(code, ""), "n": count}
            for code, count in zip(found.most, found.counts, strict=True)
        ],
    }


def _comparisons(evidence: Evidence) -> dict[str, Any]:
    if evidence.response_a is None or evidence.response_b is None:
        return {"undefined_because": NO_HASHES}
    found = repeated_comparisons(
        evidence.judged.prompt,
        evidence.response_a,
        evidence.response_b,
        is_empty=(evidence.length_a == 0) | (evidence.length_b == 0),
    )
    return {**asdict(found), "undefined_because": ""}


def _near(evidence: Evidence, context: Context) -> dict[str, Any]:
    """Nearly the same prompts among a sample of different ones."""
    different = {normalised(text): text for text in evidence.texts.prompt}
    texts = list(different.values())
    if len(texts) > MAX_NEAR:
        drawn = context.rng().choice(len(texts), MAX_NEAR, replace=False)
        texts = [texts[at] for at in np.sort(drawn).tolist()]
    found = near_duplicates(texts, step=context.step)
    company = np.flatnonzero(found.has_company) if texts else np.zeros(0, dtype=np.int64)
    order = company[np.argsort(found.cluster[company], kind="stable")]
    examples = [
        [texts[one][:SHOWN_CHARACTERS], texts[other][:SHOWN_CHARACTERS]]
        for one, other in zip(order[:-1].tolist(), order[1:].tolist(), strict=True)
        if found.cluster[one] == found.cluster[other]
    ]
    return {
        "n_prompts": len(different),
        "n_looked_at": len(texts),
        "n_compared": int(found.is_compared.sum()),
        "n_near": int(company.size),
        "n_clusters": int(np.unique(found.cluster[company]).size),
        "examples": examples[:MAX_LISTED],
    }


def _is_high(share: float | None) -> bool:
    return share is not None and share > HIGH_OVERLAP


SECTION = Section(name="texts", title="Texts", measure=measure, read=TextsReading)
