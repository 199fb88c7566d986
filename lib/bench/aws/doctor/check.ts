import { BenchError } from '../../model/errors.ts';
import { wrapAwsError } from '../aws-error.ts';

/** One finding of `serving-compare doctor`. */
export interface DoctorCheck {
  readonly name: string;
  /** `warned`: something is missing, but runs without it are possible. `unknown`: the check could not run, for example for lack of a right. Neither is a failure. */
  readonly state: 'ok' | 'warned' | 'failed' | 'unknown';
  readonly detail: string;
  /** How to fix it: a command if there is one. */
  readonly remedy?: string;
}

export const ok = (name: string, detail: string): DoctorCheck => ({ name, state: 'ok', detail });

const remediable =
  (state: DoctorCheck['state']) =>
  (name: string, detail: string, remedy: string): DoctorCheck => ({ name, state, detail, remedy });

export const warned = remediable('warned');
export const failed = remediable('failed');

export const unknown = (name: string, detail: string): DoctorCheck => ({
  name,
  state: 'unknown',
  detail,
});

/** Runs a check. If AWS denies it, its result is unknown; if it throws another error of AWS or of ours, it failed. */
export const attempt = async (
  name: string,
  check: () => Promise<DoctorCheck | readonly DoctorCheck[]>,
): Promise<readonly DoctorCheck[]> => {
  try {
    return [await check()].flat();
  } catch (error) {
    const wrapped = wrapAwsError(error);
    if (!(wrapped instanceof BenchError)) throw error;
    return wrapped.code === 'BENCH_AWS_DENIED'
      ? [unknown(name, wrapped.message)]
      : [failed(name, wrapped.message, wrapped.hint ?? 'npx serving-compare doctor')];
  }
};
