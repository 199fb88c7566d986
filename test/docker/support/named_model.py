"""Writes the model mixed or halves of test/real/support/named-tensors.ts in another format than ONNX.

usage: named_model.py NAME torchscript FILE
       named_model.py NAME savedmodel FOLDER
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def torchscript(model, target):
    import torch

    class Mixed(torch.nn.Module):
        def forward(self, input_ids, attention_mask, counts, weights, codes, flags):
            return input_ids * attention_mask, counts.float() + weights, codes, ~flags, counts

    class Halves(torch.nn.Module):
        def forward(self, input_ids, attention_mask):
            return input_ids.half() * attention_mask

    torch.jit.script({"mixed": Mixed, "halves": Halves}[model]()).save(target)


def savedmodel(model, target):
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

    inputs_of_halves = [
        tf.TensorSpec([None, None], tf.int64, "input_ids"),
        tf.TensorSpec([None, None], tf.float16, "attention_mask"),
    ]

    @tf.function(input_signature=inputs_of_halves)
    def halves(input_ids, attention_mask):
        return {"masked": tf.cast(input_ids, tf.float16) * attention_mask}

    function = {"mixed": mixed, "halves": halves}[model]
    tf.saved_model.save(tf.Module(), target, signatures={"serving_default": function})


{"torchscript": torchscript, "savedmodel": savedmodel}[sys.argv[2]](sys.argv[1], sys.argv[3])
