"""Normalises the values of pixels, like serving-configs/models/input/normalise.ts. The fields of `preprocessing` are described in
serving-configs/models/input/image-input.ts.
"""

import numpy as np

_BYTES = np.arange(256, dtype=np.float64)


def levels_of(preprocessing):
    """The byte of a pixel that each channel of the model uses, and the number for each value of this byte."""
    source = (0, 1, 2) if preprocessing["colours"] == "rgb" else (2, 1, 0)
    channels = zip(preprocessing["mean"], preprocessing["deviation"])
    return source, [(_BYTES * preprocessing["scale"] - mean) / deviation for mean, deviation in channels]


def _lines_of(preprocessing):
    """For each channel of the model, the normalised value as a linear function of the byte: (colour, scale, offset)."""
    source, levels = levels_of(preprocessing)
    return [(colour, (level[255] - level[0]) / 255, level[0]) for colour, level in zip(source, levels)]


def adapt(tensor, given, wanted):
    """Converts an input that was made with the preprocessing `given` into one of the preprocessing `wanted`."""
    planes = np.moveaxis(tensor[0], 0 if given["layout"] == "NCHW" else 2, 0)
    by_colour = {colour: (plane, scale, offset) for plane, (colour, scale, offset) in zip(planes, _lines_of(given))}
    adapted = []
    for colour, scale, offset in _lines_of(wanted):
        plane, given_scale, given_offset = by_colour[colour]
        factor = scale / given_scale
        adapted.append(plane * np.float32(factor) + np.float32(offset - given_offset * factor))
    stacked = np.stack(adapted, axis=0 if wanted["layout"] == "NCHW" else 2)[np.newaxis]
    return np.ascontiguousarray(stacked, dtype=np.float32)
