"""Stands for PyTorch where the handler does not use it: the worker asks whether an answer is a tensor of it."""


class Tensor:
    pass


def save(*_):
    raise NotImplementedError("there is no PyTorch here")
