/** What sends the requests: this project's own engine, or k6, which is an external program. */
export const LOAD_ENGINES = ['embedded', 'k6'] as const;

export type LoadEngine = (typeof LOAD_ENGINES)[number];
