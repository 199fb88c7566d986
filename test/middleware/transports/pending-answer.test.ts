import { AnswerTooLarge, PendingAnswer } from '../../../middleware/transports/pending-answer.ts';

const MAX_BYTES = 10;

/** An answer that arrives in the given chunks. */
class ArrivingAnswer extends PendingAnswer<number> {
  cancelled = false;

  constructor(...chunks: readonly number[]) {
    super({ timeoutMs: 60_000, maxAnswerBytes: MAX_BYTES });
    for (const bytes of chunks) this.receive(Buffer.alloc(bytes));
    this.finish(({ length }) => length);
  }

  protected override cancel(): void {
    this.cancelled = true;
  }
}

describe('An answer of a serving', () => {
  it('may have as many bytes as the limit', async () => {
    expect(await new ArrivingAnswer(4, 6).result).toBe(MAX_BYTES);
  });

  it('is refused and cancelled with one byte more', async () => {
    const answer = new ArrivingAnswer(4, 7);

    await expect(answer.result).rejects.toThrow(AnswerTooLarge);
    expect(answer.cancelled).toBe(true);
  });
});
