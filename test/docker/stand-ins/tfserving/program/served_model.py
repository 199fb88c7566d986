"""What the peer asks its own module of this name for, where the model is the one of the flags."""

from flags import FLAGS

NAME = FLAGS.model_name
