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
