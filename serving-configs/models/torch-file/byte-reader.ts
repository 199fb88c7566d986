/** A file of weights cannot be read. The message says why. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** Reads little-endian values one after the other, and never beyond the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The position of the next byte. */
  get offset(): number {
    return this.#at;
  }

  /**
   * Returns a view of the next bytes.
   * @throws UnreadableFile if there are fewer.
   */
  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new UnreadableFile(`the file is cut off: it should go on to byte ${end}`);
    }
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  int64(): bigint {
    return this.take(8).readBigInt64LE();
  }

  text(length: number): string {
    return this.take(length).toString('utf8');
  }

  /** The text up to the next line feed. */
  line(): string {
    const end = this.#bytes.indexOf('\n', this.#at);
    const text = this.text((end < 0 ? this.#bytes.length : end) - this.#at);
    this.take(1);
    return text;
  }
}
