/** Says that bytes are no file of weights that we read. The message says where and why. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads little-endian values one after the other and never beyond the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Of the next byte. */
  get offset(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /**
   * A view of the next bytes.
   * @throws UnreadableFile where there are fewer.
   */
  take(length: number): Buffer {
    if (length > this.left) {
      throw new UnreadableFile(
        `the file is cut off: ${length} bytes should follow byte ${this.#at}, there are ${this.left}`,
      );
    }
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
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

  /** A whole number of any length in two's complement. */
  long(length: number): bigint {
    const hex = Buffer.from(this.take(length).toReversed()).toString('hex');
    return hex === '' ? 0n : BigInt.asIntN(8 * length, BigInt(`0x${hex}`));
  }

  text(length: number): string {
    const start = this.#at;
    try {
      return utf8.decode(this.take(length));
    } catch (error) {
      if (error instanceof UnreadableFile) throw error;
      throw new UnreadableFile(`the text at byte ${start} is not UTF-8`, { cause: error });
    }
  }

  /** Up to the next line feed, which is left out. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0)
      throw new UnreadableFile(`the file is cut off: a line at byte ${this.#at} has no end`);
    const text = this.text(end - this.#at);
    this.#at += 1;
    return text;
  }
}
