/**
 * Why a file is not taken.
 * - `empty`: no bytes.
 * - `not-an-image`: starts like no image format that we know.
 * - `unsupported-type`: an image, but not JPEG, PNG or WebP.
 * - `truncated`: its end is missing.
 * - `damaged`: the right type, but it cannot be decoded.
 * - `too-many-pixels`: its header claims more than the limit.
 */
export type InvalidImageCode =
  | 'empty'
  | 'not-an-image'
  | 'unsupported-type'
  | 'truncated'
  | 'damaged'
  | 'too-many-pixels';

/** Says that a file is not an image that the project decodes. The message is a sentence for the sender. */
export class InvalidImage extends Error {
  override readonly name = 'InvalidImage';
  readonly code: InvalidImageCode;

  constructor(code: InvalidImageCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
