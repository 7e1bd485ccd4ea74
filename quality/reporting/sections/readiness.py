"""Readiness: whether training on these preferences is advisable, and what to do if not."""

from collections.abc import Iterator
from typing import Any

from quality.metrics.agreement import percent_agreement
from quality.metrics.estimates import Estimate
from quality.metrics.evidence import Evidence
from quality.metrics.prompt_overlap import HIGH_OVERLAP
from quality.metrics.proportions import share
from quality.metrics.readiness import (
    LABEL_RANGE,
    LENGTH_RANGE,
    MAX_LEAKAGE,
    MAX_TOPIC,
    MOSTLY_FACTUAL,
    State,
    agreement_state,
    factual_prompts,
    kept_by_default,
    metric_state,
    pairs_state,
    verdict_of,
    within,
)
from quality.reporting.readiness import ReadinessReading, headline_of
from quality.reporting.sections.base import Context, Document, Section

NOT_AUDITED = "this report has no bias audit"
NOT_COMPARED = "no other prompts were uploaded"
NO_TEXTS = "this report did not look at texts"
NO_VERSION = "there is no dataset version yet"
NOT_ANSWERED = "nobody has said"
COUNTED = "a count, not an estimate"


def measure(evidence: Evidence, context: Context) -> Document:
    """Put the checks together from the other sections, the judgments, and the manager's answers."""
    context.step("Checking whether training is advisable")
    checks = [
        _agreement(evidence, context),
        _pairs(evidence),
        _task(evidence),
        _metric(evidence),
        *_balance(context.earlier.get("bias")),
        _leakage(context.earlier.get("texts")),
        _overlap(context.earlier.get("texts")),
        *_biases(context.earlier.get("bias")),
    ]
    verdict = verdict_of([State(check["state"]) for check in checks])
    return {
        "verdict": verdict.value,
        "headline": headline_of(verdict, checks),
        "answers": {
            "task": evidence.collection.answers.task,
            "metric_name": evidence.collection.answers.metric_name,
            "metric_value": evidence.collection.answers.metric_value,
        },
        "checks": checks,
    }


def _check(name: str, state: State, estimate: Estimate, finding: str) -> Document:
    return {
        "name": name,
        "state": state.value,
        "estimate": estimate.as_dict(),
        "finding": finding,
    }


def _unknown(name: str, reason: str) -> Document:
    return _check(name, State.UNKNOWN, Estimate.undefined(reason), f"Not known: {reason}.")


def _agreement(evidence: Evidence, context: Context) -> Document:
    """From the section of agreement, where there is one: the same draws, the same figure."""
    measured = context.earlier.get("agreement", {}).get("direction", {}).get("percent_agreement")
    if measured:
        percent = _estimate(measured["estimate"])
    else:
        counts = evidence.judged.directions().counts()
        prompt = evidence.judged.prompt
        percent = percent_agreement(counts, prompt, rng=context.rng()).estimate
    if percent.value is None:
        return _unknown("agreement", percent.undefined_because)
    finding = f"Annotators agree on {_percent(percent.value)} of pairs."
    return _check("agreement", agreement_state(percent), percent, finding)


def _pairs(evidence: Evidence) -> Document:
    kept = kept_by_default(evidence.judged)
    finding = f"The majority filter keeps {kept.n_kept:,} of {kept.n_judged:,} judged comparisons."
    estimate = Estimate(float(kept.n_kept), None, None, kept.n_judged, COUNTED)
    return _check("pairs", pairs_state(kept.n_kept), estimate, finding)


def _task(evidence: Evidence) -> Document:
    """The manager's answer; without one, a guess from how prompts begin, named as such."""
    n_factual, n = factual_prompts(evidence.texts.prompt)
    guessed = share(n_factual, n, undefined_because=NOT_ANSWERED)
    begins = f"{_percent(guessed.value)} of prompts begin like one" if guessed.value else "few do"
    states = {"taste": State.FINE, "mixed": State.CAUTION, "factual": State.STOP}
    words = {
        "taste": "The manager says it is mostly a matter of judgment.",
        "mixed": "The manager says it is partly right or wrong.",
        "factual": "The manager says it is mostly right or wrong.",
    }
    answer = evidence.collection.answers.task
    if answer:
        return _check("task", states[answer], guessed, words[answer])
    is_likely = guessed.value is not None and guessed.value > MOSTLY_FACTUAL
    finding = (
        "Nobody has said whether the task has right answers. A guess from first words, in "
        f"English: {begins}."
    )
    return _check("task", State.CAUTION if is_likely else State.UNKNOWN, guessed, finding)


def _metric(evidence: Evidence) -> Document:
    answers = evidence.collection.answers
    if answers.metric_value is None:
        return _unknown("metric", NOT_ANSWERED)
    name = answers.metric_name or "The metric"
    estimate = Estimate(answers.metric_value, None, None, 0, "given by the manager")
    finding = f"{name} is at {answers.metric_value:.2f}, as the manager says."
    return _check("metric", metric_state(answers.metric_value), estimate, finding)


def _balance(bias: Document | None) -> Iterator[Document]:
    if bias is None:
        yield _unknown("label", NOT_AUDITED)
        yield _unknown("topics", NOT_AUDITED)
        return
    labels = bias["imbalance"]["labels"]
    a_won = share(labels["classes"][0]["n"], labels["n"], undefined_because="nothing won")
    if a_won.value is None:
        yield _unknown("label", a_won.undefined_because)
    else:
        finding = f"A wins {_percent(a_won.value)} of comparisons."
        yield _check("label", within(a_won, LABEL_RANGE), a_won, finding)
    topics = bias["imbalance"]["topics"]
    if not topics["classes"]:
        yield _unknown("topics", "no comparison has a topic")
        return
    largest = max(topics["classes"], key=lambda row: int(row["n"]))
    estimate = Estimate(largest["share"], None, None, topics["n"], COUNTED)
    is_alone = len(topics["classes"]) == 1
    state = State.CAUTION if largest["share"] > MAX_TOPIC else State.FINE
    finding = f"The largest topic, “{largest['label']}”, has {_percent(largest['share'])}."
    if is_alone:
        state, finding = State.FINE, "There is a single topic."
    yield _check("topics", state, estimate, finding)


def _leakage(texts: Document | None) -> Document:
    if texts is None:
        return _unknown("leakage", NO_TEXTS)
    leakage = texts["leakage"]
    if leakage is None:
        return _unknown("leakage", NO_VERSION)
    if leakage["undefined_because"]:
        return _unknown("leakage", leakage["undefined_because"])
    n_prompts = sum(one["n_prompts"] for one in leakage["shared"])
    n_shared = sum(one["n_normalised"] + one["n_near"] for one in leakage["shared"])
    if not n_prompts:
        return _unknown("leakage", "validation and test have no rows")
    value = n_shared / n_prompts
    state = State.FINE if not n_shared else State.CAUTION
    if value > MAX_LEAKAGE:
        state = State.STOP
    finding = (
        f"{n_shared:,} of {n_prompts:,} prompts outside training stand in it, the same or nearly."
    )
    return _check("leakage", state, Estimate(value, None, None, n_prompts, COUNTED), finding)


def _overlap(texts: Document | None) -> Document:
    if texts is None:
        return _unknown("overlap", NO_TEXTS)
    known = [one for one in texts["overlaps"] if one["share"] is not None]
    if not known:
        return _unknown("overlap", NOT_COMPARED)
    worst = max(known, key=lambda one: float(one["share"]))
    state = State.CAUTION if worst["share"] > HIGH_OVERLAP else State.FINE
    estimate = Estimate(worst["share"], None, None, worst["n_prompts"], COUNTED)
    finding = f"{_percent(worst['share'])} of the prompts are also in {worst['name']}."
    return _check("overlap", state, estimate, finding)


def _biases(bias: Document | None) -> Iterator[Document]:
    if bias is None:
        yield _unknown("phrases", NOT_AUDITED)
        yield _unknown("length", NOT_AUDITED)
        return
    flagged = [row for row in bias["phrases"] if row["is_flagged"]]
    test = bias["phrase_test"]
    if not test["n_tested"]:
        yield _unknown("phrases", "no phrase is frequent enough to be tested")
    else:
        finding = f"None of {test['n_tested']:,} words and phrases stands out."
        if flagged:
            finding = f"{_first(flagged)} {test['n_flagged']:,} of {test['n_tested']:,} stand out."
        estimate = Estimate(float(test["n_flagged"]), None, None, test["n_pairs"], COUNTED)
        state = State.CAUTION if flagged else State.FINE
        yield _check("phrases", state, estimate, finding)
    longer = _estimate(bias["length"]["longer"])
    if longer.value is None:
        yield _unknown("length", longer.undefined_because)
        return
    finding = f"The longer response is preferred in {_percent(longer.value)} of pairs."
    yield _check("length", within(longer, LENGTH_RANGE), longer, finding)


def _first(flagged: list[Document]) -> str:
    row = flagged[0]
    return (
        f"{_percent(row['preferred'])} of preferred responses say “{row['phrase']}”, "
        f"{_percent(row['rejected'])} of rejected ones."
    )


def _estimate(document: dict[str, Any]) -> Estimate:
    return Estimate(**document)


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


SECTION = Section(name="readiness", title="Readiness", measure=measure, read=ReadinessReading)
