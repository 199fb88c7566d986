/**
 * Writes generated models into the cache, see `models/heads/`, and prints their folder.
 * `node serving-configs/reference/heads.ts --count 50`
 */
import path from 'node:path';
import { ensureHeads } from '../models/heads/ensure-heads.ts';
import { integer } from '../options/kinds.ts';
import { readProgram } from '../options/program.ts';
import { cacheOption } from './options.ts';
import { printDocument } from './print-document.ts';

const headsCommand = {
  name: 'heads.ts',
  description: 'Writes generated models with equal inputs and outputs, unless they are there.',
  options: {
    count: { kind: integer(1, 10_000), description: 'how many', required: true },
    cache: cacheOption,
  },
} as const;

printDocument(async (args) => {
  const { count, cache } = readProgram(headsCommand, args);
  const folder = path.resolve(cache, 'heads');
  await ensureHeads(folder, count);
  return { folder };
});
