/** How long a run takes, under the names of `npx serving-compare run --profile`; one level of it, which `USERS` or `RATE` gives. */
export interface Profile {
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
  readonly timeoutSeconds: number;
}

export const profiles: Readonly<Record<string, Profile>> = {
  quick: { warmupSeconds: 0.5, durationSeconds: 1.8, timeoutSeconds: 20 },
  published: { warmupSeconds: 0, durationSeconds: 60, timeoutSeconds: 60 },
  parity: { warmupSeconds: 0, durationSeconds: 60, timeoutSeconds: 60 },
  full: { warmupSeconds: 5, durationSeconds: 20, timeoutSeconds: 60 },
  // Of one trial: a search of the rate is for `npx serving-compare run`.
  slo: { warmupSeconds: 5, durationSeconds: 30, timeoutSeconds: 20 },
};

/** @throws Error that names the profiles, where it is none of them. */
export const profileOf = (name: string): Profile => {
  const profile = profiles[name];
  if (profile === undefined) {
    throw new Error(`PROFILE is "${name}" and must be one of ${Object.keys(profiles).join(', ')}`);
  }
  return profile;
};
