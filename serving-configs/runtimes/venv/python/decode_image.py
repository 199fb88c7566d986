"""Turns images into tensors exactly like the middleware, so that a platform that decodes images gets the same pixels.

The same library (libvips) decodes and resizes in the same order; serving-configs/models/input/ explains the steps.
"""

import numpy as np
import pyvips
from normalise import levels_of

# No image is decoded twice, and a cache would count as memory of the platform.
pyvips.cache_set_max(0)

MAX_PIXELS = 50_000_000
PAPER = 255
TYPES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")

_ROTATION = {3: "d180", 4: "d180", 5: "d90", 6: "d90", 7: "d270", 8: "d270"}
_MIRRORED = (2, 4, 5, 7)


class InvalidImage(ValueError):
    """The bytes are not an image that can be decoded."""


def _load(data, **options):
    return pyvips.Image.new_from_buffer(data, "", access="sequential", fail_on="error", **options)


def _orientation(image):
    return image.get("orientation") if image.get_typeof("orientation") else 1


def _shrinks(image, width, height, cover):
    across, down = image.width / width, image.height / height
    return (min(across, down),) * 2 if cover else (across, down)


def _load_shrunk(data, image, shrink):
    """Decodes JPEG and WebP at a smaller size, but not so small that the resizing afterwards would have nothing to do."""
    loader = image.get("vips-loader")
    if loader.startswith("jpegload"):
        factor = next((factor for factor in (8, 4, 2) if shrink >= factor), 1)
        # Exactly at this factor, the library would round the size.
        if factor > 1 and int(shrink) == factor:
            factor //= 2
        return _load(data, shrink=factor) if factor > 1 else image
    if loader.startswith("webpload") and shrink > 1:
        return _load(data, scale=1 / shrink)
    return image


def _to_screen_colours(image):
    if image.get_typeof("icc-profile-data") and image.interpretation not in ("labs", "grey16"):
        wide = image.interpretation in ("rgb16", "grey16")
        profile = "p3" if image.interpretation == "rgb16" else "srgb"
        try:
            return image.icc_transform(profile, embedded=True, depth=16 if wide else 8, intent="perceptual")
        except pyvips.Error:
            return image
    if image.interpretation == "cmyk":
        return image.icc_transform("srgb", input_profile="cmyk", intent="perceptual")
    return image


def _turned(image, orientation):
    if turn := _ROTATION.get(orientation):
        image = image.copy_memory().rot(turn)
    return image.flip("horizontal") if orientation in _MIRRORED else image


def _fit(data, width, height, cover):
    image = _load(data)
    if image.width * image.height > MAX_PIXELS:
        raise InvalidImage("too many pixels")
    orientation = _orientation(image)
    # The library of the middleware rotates images that it crops first, and all others last.
    turn_first = cover and orientation != 1
    target = (width, height)
    if turn_first:
        image = _turned(image, orientation)
    else:
        if _ROTATION.get(orientation) in ("d90", "d270"):
            target = (height, width)
        image = _load_shrunk(data, image, min(_shrinks(image, *target, cover)))
    across, down = _shrinks(image, *target, cover)
    image = _to_screen_colours(image)
    if image.hasalpha():
        paper = PAPER * 257 if image.interpretation in ("rgb16", "grey16") else PAPER
        image = image.flatten(background=[paper] * (image.bands - 1))
    if across != 1 or down != 1:
        image = image.resize(1 / across, vscale=1 / down, kernel="linear")
    if not turn_first:
        image = _turned(image, orientation)
    if (image.width, image.height) != (width, height):
        left, top = (image.width - width + 1) // 2, (image.height - height + 1) // 2
        image = image.extract_area(left, top, width, height)
    return image


def _to_bytes(image):
    """The pixels as height × width × 3 bytes in sRGB."""
    if image.interpretation in ("rgb16", "grey16"):
        image = image.cast("ushort")
    if image.interpretation != "srgb":
        image = image.colourspace("srgb", source_space=image.interpretation)
    image = image.cast("uchar")
    if image.bands != 3:
        raise InvalidImage(f"decoded to {image.bands} channels")
    return np.frombuffer(image.write_to_memory(), np.uint8).reshape(image.height, image.width, 3)


def _side(number):
    """Rounds like JavaScript."""
    return int(number + 0.5)


def pixels_of(data, preprocessing):
    """The resized pixels of a JPEG, PNG or WebP as height × width × 3 bytes."""
    data = bytes(data)
    if not data.startswith(TYPES):
        raise InvalidImage("neither JPEG, PNG nor WebP")
    width, height = preprocessing["width"], preprocessing["height"]
    try:
        if preprocessing["resize"] == "stretch":
            return _to_bytes(_fit(data, width, height, cover=False))
        # The centre of an image that was resized to a larger short side.
        wide, high = preprocessing.get("shortSide", width), preprocessing.get("shortSide", height)
        left, top = _side((wide - width) / 2), _side((high - height) / 2)
        return _to_bytes(_fit(data, wide, high, cover=True).extract_area(left, top, width, height))
    except pyvips.Error as error:
        raise InvalidImage("damaged") from error


def tensor_of(data, preprocessing):
    """The input of the model for an image: 32-bit floats of shape [1, 3, height, width] or [1, height, width, 3]."""
    pixels = pixels_of(data, preprocessing)
    source, levels = levels_of(preprocessing)
    planes = [level.astype(np.float32)[pixels[..., colour]] for colour, level in zip(source, levels)]
    return np.stack(planes, axis=0 if preprocessing["layout"] == "NCHW" else 2)[np.newaxis]
