/**
 * Repeats work that fails, up to a number of tries.
 *
 * @param beforeNext called with the error of a failed try; throws if another try would not help
 * @throws the error of the last try
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
