/** Says that bytes are no JSON; the words are those of RapidJSON, which the platforms read JSON with. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  /** What is wrong, without the place. */
  readonly reason: string;
  /** Of the first wrong byte. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} at offset: ${offset}`);
    this.reason = reason;
    this.offset = offset;
  }
}
