"""What the values of pixels become before the network sees them, by family of weights; as
serving-configs/models/input/normalise.ts has it.
"""

import numpy as np

# Which byte of a pixel each channel of the model takes, and the number that stands for each value of it.
_BYTES = np.arange(256, dtype=np.float64)
LEVELS = {
    "torch": (
        (0, 1, 2),
        [(_BYTES / 255 - mean) / deviation for mean, deviation in ((0.485, 0.229), (0.456, 0.224), (0.406, 0.225))],
    ),
    "keras": ((2, 1, 0), [_BYTES - mean for mean in (103.939, 116.779, 123.68)]),
}


def lines_of(layout):
    """A normalised value as a straight line over the byte, by channel of the model: (colour, scale, offset)."""
    source, levels = LEVELS["torch" if layout == "NCHW" else "keras"]
    return [(colour, (level[255] - level[0]) / 255, level[0]) for colour, level in zip(source, levels)]


def adapt(tensor, given, wanted):
    """Turns the input of one layout, with the normalisation that goes with it, into that of the other."""
    if given == wanted:
        return tensor
    planes = np.moveaxis(tensor[0], 0 if given == "NCHW" else 2, 0)
    by_colour = {colour: (plane, scale, offset) for plane, (colour, scale, offset) in zip(planes, lines_of(given))}
    adapted = []
    for colour, scale, offset in lines_of(wanted):
        plane, given_scale, given_offset = by_colour[colour]
        adapted.append((plane.astype(np.float64) - given_offset) / given_scale * scale + offset)
    stacked = np.stack(adapted, axis=0 if wanted == "NCHW" else 2)[np.newaxis]
    return np.ascontiguousarray(stacked, dtype=np.float32)
