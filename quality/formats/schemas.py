"""The columns of a dataset version's files."""

import pyarrow as pa

# What the configurations of the dataset card are called, and which is the default.
KINDS = ("preference", "unpaired", "comparisons", "judgments")
DEFAULT_KIND = "preference"
SPLIT_KINDS = ("preference", "unpaired")

_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


def schema_of(kind: str, *, conversational: bool) -> pa.Schema:
    """The columns of one kind of file: the same in every split, an empty one included."""
    text = _MESSAGES if conversational else pa.string()
    return pa.schema(
        {
            "preference": [
                ("prompt", text),
                ("chosen", text),
                ("rejected", text),
                ("margin", pa.float64()),
                ("probability", pa.float64()),
                ("weight", pa.float64()),
                ("agreement", pa.float64()),
                ("n_judgments", pa.int64()),
                ("split", pa.string()),
                ("comparison_id", pa.string()),
                ("prompt_group", pa.string()),
                ("metadata", pa.string()),
            ],
            "unpaired": [("prompt", text), ("completion", text), ("label", pa.bool_())],
            "comparisons": [
                ("comparison_id", pa.string()),
                ("prompt", text),
                ("response_a", text),
                ("response_b", text),
                ("model_a", pa.string()),
                ("model_b", pa.string()),
                ("group", pa.string()),
                ("prompt_group", pa.string()),
                ("split", pa.string()),
                ("drop_reason", pa.string()),
            ],
            "judgments": [
                ("comparison_id", pa.string()),
                ("annotator", pa.string()),
                ("held_out", pa.bool_()),
                ("occasion", pa.int64()),
                ("outcome", pa.string()),
                ("preference", pa.int64()),
                ("raw_strength", pa.float64()),
                ("swapped", pa.bool_()),
                ("active_ms", pa.int64()),
                ("scaled_preference", pa.float64()),
                ("z", pa.float64()),
                ("z_flag", pa.string()),
                ("prompt_group", pa.string()),
                ("split", pa.string()),
            ],
        }[kind]
    )
