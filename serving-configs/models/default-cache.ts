import path from 'node:path';

/** Where built models and environments are kept; may be deleted at any time. */
export const DEFAULT_CACHE = path.resolve(
  process.env['SERVING_COMPARE_CACHE'] ?? path.join(import.meta.dirname, '..', '..', '.cache'),
);
