"""Reading files of comparisons, judgments and preferences in constant memory; no Django."""
