/** Three numbers, of red, green and blue. */
type Colours = readonly [number, number, number];

/** What torchvision's weights expect to be taken from, and what to be divided by, of an image in 0 to 1. */
export const TORCH_MEAN: Colours = [0.485, 0.456, 0.406];
export const TORCH_DEVIATION: Colours = [0.229, 0.224, 0.225];

/**
 * What Keras's "caffe" preprocessing takes from an image in 0 to 255, which it does not scale; the model's channels are
 * blue, green, red.
 */
export const KERAS_MEAN: Colours = [123.68, 116.779, 103.939];
