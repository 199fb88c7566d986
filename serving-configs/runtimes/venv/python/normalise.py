"""What the values of pixels become before the network sees them; as serving-configs/models/input/normalise.ts has it. How an image
becomes an input is told in the words of serving-configs/models/input/image-input.ts.
"""

import numpy as np

_BYTES = np.arange(256, dtype=np.float64)


def levels_of(preprocessing):
    """Which byte of a pixel each channel of the model takes, and the number that stands for each value of it."""
    source = (0, 1, 2) if preprocessing["colours"] == "rgb" else (2, 1, 0)
    facts = zip(preprocessing["mean"], preprocessing["deviation"])
    return source, [(_BYTES * preprocessing["scale"] - mean) / deviation for mean, deviation in facts]


def _lines_of(preprocessing):
    """A normalised value as a straight line over the byte, by channel of the model: (colour, scale, offset)."""
    source, levels = levels_of(preprocessing)
    return [(colour, (level[255] - level[0]) / 255, level[0]) for colour, level in zip(source, levels)]


def adapt(tensor, given, wanted):
    """Turns the input that an image becomes in one way into that of another way."""
    planes = np.moveaxis(tensor[0], 0 if given["layout"] == "NCHW" else 2, 0)
    by_colour = {colour: (plane, scale, offset) for plane, (colour, scale, offset) in zip(planes, _lines_of(given))}
    adapted = []
    for colour, scale, offset in _lines_of(wanted):
        plane, given_scale, given_offset = by_colour[colour]
        adapted.append((plane.astype(np.float64) - given_offset) / given_scale * scale + offset)
    stacked = np.stack(adapted, axis=0 if wanted["layout"] == "NCHW" else 2)[np.newaxis]
    return np.ascontiguousarray(stacked, dtype=np.float32)
