/** A decoded image: 8-bit sRGB, interleaved, row by row, three bytes a pixel, no padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `width × height × 3` bytes: red, green, blue of the top left pixel first. */
  readonly data: Uint8Array;
}
