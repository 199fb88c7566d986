"""The tagging API's list, with the kinds of resource that moto's list lacks."""


def install():
    """Nothing yet."""
