"""What the commands of ``pacta eval`` and ``pacta bench`` raise beside ``PactaError``."""


class WrongUse(Exception):
    """An option or argument that cannot be meant; the message names it and what to write instead (exit code 2)."""
