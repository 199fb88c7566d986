"""The text of an error as a client sees it."""


def reason_of(error):
    """moto keeps the sentence in `message`; other errors have only their text."""
    return getattr(error, "message", None) or str(error)
