import { BenchError, messageOf } from '../../model/errors.ts';
import { otherAwsError } from '../aws-error.ts';
import { failed, unknown, type Check } from './check.ts';

/** Makes a check of a look at AWS that may fail: without the right to look it is unknown, else it failed. */
export const attempt = async (
  name: string,
  look: () => Promise<Check | readonly Check[]>,
): Promise<readonly Check[]> => {
  try {
    const checks = await look();
    return 'name' in checks ? [checks] : checks;
  } catch (error) {
    const known = otherAwsError(error);
    if (!(known instanceof BenchError)) throw error;
    return known.code === 'BENCH_AWS_DENIED'
      ? [unknown(name, messageOf(known))]
      : [failed(name, known.message, known.hint ?? 'npx serving-compare doctor')];
  }
};
