import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer fits; throws with the last one where it does not in time. */
export const until = async <Answer>(
  ask: () => Promise<Answer>,
  fits: (answer: Answer) => boolean,
  limitMs: number,
  pauseMs = 1000,
): Promise<Answer> => {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (performance.now() > end) {
      throw new Error(`not within ${limitMs} ms; the last answer was ${JSON.stringify(answer)}`);
    }
    await sleep(pauseMs);
  }
};
