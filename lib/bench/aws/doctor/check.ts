import { BenchError } from '../../model/errors.ts';
import { wrapAwsError } from '../aws-error.ts';

/** One finding of `serving-compare doctor`. */
export interface DoctorCheck {
  readonly name: string;
  /** `unknown`: the check could not run, for example for lack of a right; this is not a failure. */
  readonly state: 'ok' | 'failed' | 'unknown';
  readonly detail: string;
  /** How to fix it: a command if there is one. */
  readonly remedy?: string;
}

export const ok = (name: string, detail: string): DoctorCheck => ({ name, state: 'ok', detail });

export const failed = (name: string, detail: string, remedy: string): DoctorCheck => ({
  name,
  state: 'failed',
  detail,
  remedy,
});

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
