"""Replaces the module of this name, with the model in the flags."""

from flags import FLAGS

NAME = FLAGS.model_name
