import path from 'node:path';
import { platformOf, type ServingName } from '../index.ts';

/** The folder of a serving's platform. */
export const platformFolderOf = (serving: ServingName): string =>
  path.resolve(import.meta.dirname, '..', 'platforms', platformOf(serving));
