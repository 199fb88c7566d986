"""Takes the place of the stand-in's module of this name, with the model of the flags."""

from flags import FLAGS

NAME = FLAGS.model_name
