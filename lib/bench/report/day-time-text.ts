/** `2026-11-25 20:34 UTC` of an ISO 8601 time in UTC; any other text as it is. */
export const dayTimeText = (iso: string): string =>
  iso.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):[\d.]+Z$/, '$1 $2 UTC');
