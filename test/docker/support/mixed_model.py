"""Writes the model of mixed tensors, of test/real/support/tensor-exchanges.ts, in another format than ONNX.

usage: mixed_model.py torchscript FILE
       mixed_model.py savedmodel FOLDER
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def torchscript(target):
    import torch

    class Mixed(torch.nn.Module):
        def forward(self, input_ids, attention_mask, counts, weights, codes, flags):
            return input_ids * attention_mask, counts.float() + weights, codes, ~flags, counts

    torch.jit.script(Mixed()).save(target)


def savedmodel(target):
    import tensorflow as tf

    inputs = [
        tf.TensorSpec([None, None], tf.int64, "input_ids"),
        tf.TensorSpec([None, None], tf.int64, "attention_mask"),
        tf.TensorSpec([None, 3], tf.int32, "counts"),
        tf.TensorSpec([None, 3], tf.float32, "weights"),
        tf.TensorSpec([None], tf.uint8, "codes"),
        tf.TensorSpec([None], tf.bool, "flags"),
    ]

    @tf.function(input_signature=inputs)
    def mixed(input_ids, attention_mask, counts, weights, codes, flags):
        return {
            "masked": input_ids * attention_mask,
            "sum": tf.cast(counts, tf.float32) + weights,
            "same_codes": tf.identity(codes),
            "opposite": tf.logical_not(flags),
            "same_counts": tf.identity(counts),
        }

    tf.saved_model.save(tf.Module(), target, signatures={"serving_default": mixed})


{"torchscript": torchscript, "savedmodel": savedmodel}[sys.argv[1]](sys.argv[2])
