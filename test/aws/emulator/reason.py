"""The message of an error as a client sees it."""


def reason_of(error):
    """Returns the message of an error, which moto keeps in the attribute `message`."""
    return getattr(error, "message", None) or str(error)
