import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until an answer is right. Throws with the last answer where that does not come in time. */
export const eventually = async <T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  limitMs = 20_000,
): Promise<T> => {
  const deadline = Date.now() + limitMs;
  for (;;) {
    // Each answer decides whether there is another question.
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`Not within ${limitMs} ms; last: ${JSON.stringify(answer)}`);
    await sleep(50);
  }
};
