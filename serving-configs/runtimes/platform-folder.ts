import path from 'node:path';
import { platformOf, type ServingName } from '../index.ts';

/** The folder of the platform of a serving. */
export const platformFolderOf = (serving: ServingName): string =>
  path.resolve(import.meta.dirname, '..', 'platforms', platformOf(serving));
