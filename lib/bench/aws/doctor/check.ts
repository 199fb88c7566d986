/** What the doctor found out about one thing. */
export interface Check {
  readonly name: string;
  /** `unknown`: it could not be looked at, for example without the right to; that is not a failure. */
  readonly state: 'ok' | 'failed' | 'unknown';
  readonly detail: string;
  /** What fixes it: a command where there is one. */
  readonly remedy?: string;
}

export const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail });

export const failed = (name: string, detail: string, remedy: string): Check => ({
  name,
  state: 'failed',
  detail,
  remedy,
});

export const unknown = (name: string, detail: string): Check => ({
  name,
  state: 'unknown',
  detail,
});
