"""What a training refuses, in words that a person can act on."""


class TrainingRefused(Exception):
    """The data, the base model or the configuration cannot be used as they are."""


class TrainingStopped(Exception):
    """The training was asked to end; its last step is in a checkpoint."""
