import type { Level, Scenario } from '../model/measurement.ts';

/** What was measured at a load. */
interface AtLoad {
  readonly scenario: Scenario;
  readonly level: Level;
}

/** The columns of a CSV file that say at which load a line was measured. */
export const LOAD_COLUMNS: readonly (readonly [name: string, text: (one: AtLoad) => string])[] = [
  ['scenario', ({ scenario }) => scenario],
  ['loop', ({ level }) => level.loop],
  ['virtual_users', ({ level }) => (level.loop === 'closed' ? String(level.virtualUsers) : '')],
  [
    'offered_rate_per_second',
    ({ level }) => (level.loop === 'open' ? String(level.ratePerSecond) : ''),
  ],
  ['arrivals', ({ level }) => (level.loop === 'open' ? level.arrivals : '')],
];
