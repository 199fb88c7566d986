import type { FaultFigures, PartFigures } from '../../lib/bench/model/stability.ts';

/** A part of a window without failures. */
export const part = (overrides: Partial<PartFigures> = {}): PartFigures => ({
  requests: 100,
  failed: 0,
  failures: {},
  p50Ms: 5,
  p99Ms: 10,
  ...overrides,
});

/** A fault without any effect. */
export const faultFigures = (overrides: Partial<FaultFigures> = {}): FaultFigures => ({
  kind: 'fault',
  fault: 'image-text',
  partSeconds: 3,
  before: part(),
  during: part(),
  after: part(),
  slices: [part(), part()],
  answers: [],
  memoryMiB: { before: 100, after: 100 },
  processesLost: 0,
  answersAgain: true,
  ...overrides,
});
