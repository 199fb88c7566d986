/**
 * Works again after a failure, up to so many times in all.
 *
 * @param beforeNext told why a try failed; throws where another one would not help
 * @throws What the last try threw.
 */
export const withTries = async (
  tries: number,
  work: () => Promise<void>,
  beforeNext: (error: unknown) => Promise<void> | void,
): Promise<void> => {
  for (let left = tries; ; left -= 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (left <= 1) throw error;
      await beforeNext(error);
    }
  }
};
