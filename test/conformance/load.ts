import { setTimeout as sleep } from 'node:timers/promises';
import { send, SUCCESS, type Answer, type Probe } from './exchange.ts';
import { whileFrozen } from './freeze.ts';
import { ask } from './session.ts';
import type { Session } from './target.ts';
import type { Limit } from './traits.ts';

/** More than any platform computes at once, less than any that has a limit takes. */
const WAITING = 20;
const SETTLE_MS = 700;
/** Of one test. */
const LIMIT_MS = 200_000;

/** Small and refused by the application, so that the queue is soon empty again. */
const NO_IMAGE = Buffer.from('no image');
const SMALL_BYTES = 100_000;

const statusesOf = (answers: readonly Answer[]): ReadonlySet<string> =>
  new Set(answers.map(({ status }) => status));

/** Answers that come while nothing is computed, and those that come after. */
interface BurstOutcome {
  readonly early: readonly Answer[];
  readonly late: Promise<readonly Answer[]>;
}

const PATIENCE_MS = 30_000;

/**
 * Sends a probe many times at once and waits for what is answered at first: for so many answers as are expected, and then
 * until no more have come for a while.
 * @param expected - Waited for at most 30 s, so that too few are told apart from a busy machine.
 * @param settleMs - How long no answer may have come, so that the first ones count as complete.
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

/** Sends requests while a serving is held: what is answered meanwhile, `expected` at least, and everything behind it. */
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

/** Of a limit that counts what waits before the process that computes: it must compute meanwhile, so that it takes more. */
const describeMovingLimit = (session: Session, { sent, taken, status }: Limit): void => {
  it(
    `refuses requests beyond its limit of ${taken} with ${status}`,
    async () => {
      const { all } = await burstWhileHeld(session, sent);
      const refused = all.filter((answer) => answer.status === status);

      expect(refused).not.toEqual([]);
      const right = all.filter((answer) => answer.status === SUCCESS.rest);
      expect(right.length).toBeGreaterThanOrEqual(taken);
      expect(right.length + refused.length).toBe(sent);
    },
    LIMIT_MS,
  );
};

const describeLimit = (session: Session, { sent, taken, status }: Limit): void => {
  it(
    `refuses requests beyond its limit of ${taken} with ${status}`,
    async () => {
      const { body } = session.good();
      const cheap = body.length > SMALL_BYTES ? body : NO_IMAGE;
      const { early, all } = await burstWhileHeld(session, sent, sent - taken, cheap);

      expect(sent - early.length).toBe(taken);
      expect(statusesOf(early)).toEqual(new Set([status]));
      expect(all).toHaveLength(sent);
      expect((await send(session.started().urls, session.good())).status).toBe(SUCCESS.rest);
    },
    LIMIT_MS,
  );
};

/** That its client gives up while nothing is computed. */
export const describeLateness = (session: Session): void => {
  const { serving, ways } = session;

  it(
    'is reported as timed out while nothing is computed, and answers afterwards',
    async () => {
      const hasty = await session.middleware({ upstreamTimeoutMs: SETTLE_MS });
      const late = await whileFrozen(session, () =>
        Promise.all(ways.map((way) => ask(hasty, serving, way))),
      );
      const codes = late.map((answer) => answer.json<{ code: string }>().code);

      expect(new Set(codes)).toEqual(new Set(['INFER_UPSTREAM_TIMEOUT']));
      const patient = await session.middleware();
      for (const way of ways) expect((await ask(patient, serving, way)).statusCode).toBe(200);
    },
    LIMIT_MS,
  );
};

/** What it does with more requests than it computes. */
export const describeOverload = (session: Session): void => {
  const { overload } = session.traits;
  if (overload === 'waits') {
    it(
      'lets requests wait, however many, while nothing is computed',
      async () => {
        const { early, all } = await burstWhileHeld(session, WAITING);

        expect(early).toEqual([]);
        expect(all).toHaveLength(WAITING);
        expect(statusesOf(all)).toEqual(new Set([SUCCESS.rest]));
      },
      LIMIT_MS,
    );
  } else if (overload?.computes) {
    describeMovingLimit(session, overload);
  } else if (overload !== undefined) {
    describeLimit(session, overload);
  }
};
