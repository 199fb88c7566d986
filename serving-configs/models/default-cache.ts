import path from 'node:path';

/** Where built models are kept; may be deleted at any time. */
export const DEFAULT_CACHE = path.resolve(import.meta.dirname, '..', '..', '.cache');
