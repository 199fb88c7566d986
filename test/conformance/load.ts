import { setTimeout as sleep } from 'node:timers/promises';
import { send, SUCCESS, type Answer, type Probe } from './exchange.ts';
import { whileFrozen } from './freeze.ts';
import { ask } from './session.ts';
import type { Session } from './target.ts';
import type { Limit } from './traits.ts';

/** More requests than any platform computes at once, and fewer than any limit. */
const WAITING = 20;
const SETTLE_MS = 700;

/** Small, and refused by the application, so that the queue is soon empty again. */
const NO_IMAGE = Buffer.from('no image');
const SMALL_BYTES = 100_000;

const statusesOf = (answers: readonly Answer[]): ReadonlySet<string> =>
  new Set(answers.map(({ status }) => status));

/** The answers that arrive while nothing is computed, and all answers. */
interface BurstOutcome {
  readonly early: readonly Answer[];
  readonly late: Promise<readonly Answer[]>;
}

const PATIENCE_MS = 30_000;

/**
 * Sends a probe many times at once. Waits for the expected number of early answers, and then until no more arrive for a while.
 * @param expected - The number of early answers to wait for, at most for 30 s, which even a busy machine needs less.
 * @param settleMs - The early answers are complete when no more arrive for this time.
 */
const burst = async (
  urls: Parameters<typeof send>[0],
  probe: Probe,
  {
    count,
    expected,
    settleMs,
  }: { readonly count: number; readonly expected: number; readonly settleMs: number },
): Promise<BurstOutcome> => {
  const early: Answer[] = [];
  const startedAt = performance.now();
  let lastAt = startedAt;
  let isLate = false;
  const all = Array.from({ length: count }, async () => {
    const answer = await send(urls, probe);
    lastAt = performance.now();
    if (!isLate) early.push(answer);
    return answer;
  });
  while (early.length < expected && performance.now() - startedAt < PATIENCE_MS) await sleep(20);
  lastAt = performance.now();
  while (performance.now() - lastAt < settleMs) await sleep(20);
  isLate = true;
  return { early: [...early], late: Promise.all(all) };
};

/** Sends requests while a serving is held. Returns the answers that arrive meanwhile, at least `expected`, and all answers. */
const burstWhileHeld = async (
  session: Session,
  count: number,
  expected = 0,
  body: Uint8Array = session.good().body,
): Promise<{ readonly early: readonly Answer[]; readonly all: readonly Answer[] }> => {
  const held = await session.target.hold(session);
  try {
    const outcome = await burst(
      held.urls,
      { ...session.good(), body },
      {
        count,
        expected,
        settleMs: SETTLE_MS,
      },
    );
    held.release();
    return { early: outcome.early, all: await outcome.late };
  } finally {
    held.release();
    await held.end();
  }
};

/** Describes a limit that applies only while the model computes, so that more requests than the limit are accepted. */
const describeMovingLimit = (session: Session, { sent, accepted, status }: Limit): void => {
  it(`refuses requests beyond its limit of ${accepted} with ${status}`, async () => {
    const { all } = await burstWhileHeld(session, sent);
    const refused = all.filter((answer) => answer.status === status);

    expect(refused).not.toEqual([]);
    const correct = all.filter((answer) => answer.status === SUCCESS.rest);
    expect(correct.length).toBeGreaterThanOrEqual(accepted);
    expect(correct.length + refused.length).toBe(sent);
  });
};

const describeLimit = (session: Session, { sent, accepted, status }: Limit): void => {
  it(`refuses requests beyond its limit of ${accepted} with ${status}`, async () => {
    const { body } = session.good();
    const cheap = body.length > SMALL_BYTES ? body : NO_IMAGE;
    const { early, all } = await burstWhileHeld(session, sent, sent - accepted, cheap);

    expect(sent - early.length).toBe(accepted);
    expect(statusesOf(early)).toEqual(new Set([status]));
    expect(all).toHaveLength(sent);
    expect((await send(session.started().urls, session.good())).status).toBe(SUCCESS.rest);
  });
};

/** Describes that clients of a suspended serving time out. */
export const describeLateness = (session: Session): void => {
  const { serving, ways } = session;

  it('is reported as timed out while its worker is suspended, and answers afterwards', async () => {
    const hasty = await session.middleware({ upstreamTimeoutMs: SETTLE_MS });
    const late = await whileFrozen(session, () =>
      Promise.all(ways.map((way) => ask(hasty, serving, way))),
    );
    const codes = late.map((answer) => answer.json<{ code: string }>().code);

    expect(new Set(codes)).toEqual(new Set(['INFER_UPSTREAM_TIMEOUT']));
    const patient = await session.middleware();
    for (const way of ways) expect((await ask(patient, serving, way)).statusCode).toBe(200);
  });
};

/** Describes what a serving does with too many requests. */
export const describeOverload = (session: Session): void => {
  const { overload } = session.traits;
  if (overload === 'waits') {
    it('lets any number of requests wait while nothing is computed', async () => {
      const { early, all } = await burstWhileHeld(session, WAITING);

      expect(early).toEqual([]);
      expect(all).toHaveLength(WAITING);
      expect(statusesOf(all)).toEqual(new Set([SUCCESS.rest]));
    });
  } else if (overload?.computes) {
    describeMovingLimit(session, overload);
  } else if (overload !== undefined) {
    describeLimit(session, overload);
  }
};
