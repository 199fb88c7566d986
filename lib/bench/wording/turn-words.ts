import type { Pilot } from '../model/record.ts';

/** Why the servers of a run do not run side by side, although it was planned. */
export const ONE_AT_A_TIME: Readonly<Record<NonNullable<Pilot['because']>, string>> = {
  memory: 'the memory does not hold all of them',
  'busy-idle': 'one of them works while it is idle',
  accelerator: 'they share an accelerator',
  'not-started': 'one of them did not start beside the others',
};
