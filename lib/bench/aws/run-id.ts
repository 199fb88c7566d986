/** `2026-01-31t12-00-00-quick`: sorts by time, and is an object key, a unit name and a folder. */
export const newRunId = (at: Date, profile: string): string =>
  `${at.toISOString().slice(0, 19).replaceAll(':', '-').toLowerCase()}-${profile}`;
