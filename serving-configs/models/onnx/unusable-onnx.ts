/** Says that a file cannot be used as the ONNX model of a classifier. The message names the file and what is wrong. */
export class UnusableOnnx extends Error {
  override readonly name = 'UnusableOnnx';
}
