/** A serving did not start, or ended by itself; the message has its last lines. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
  readonly code: 'ended' | 'not-ready';

  constructor(code: NotRunning['code'], message: string) {
    super(message);
    this.code = code;
  }
}
