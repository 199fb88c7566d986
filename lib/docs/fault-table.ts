import { FAULTS } from '../bench/model/fault.ts';
import { faultFacts } from '../bench/stability/faults.ts';
import { markdownTable } from './markdown-table.ts';

/** The faults of the profile `stability`, by the names that `--faults` takes. */
export const faultTable = (): string =>
  markdownTable([
    ['fault', 'what is done'],
    ...FAULTS.map((fault) => [`\`${fault}\``, faultFacts[fault].what]),
  ]);
