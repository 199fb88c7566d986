import { servingNames, endpointOf, protocolsOf } from '../../../serving-configs/index.ts';
import type { Encoding } from '../../../serving-configs/manifest.ts';
import type { Cell, Path } from '../../../lib/bench/model/cell.ts';
import type { CompletedCell } from '../../../lib/bench/model/record.ts';
import type { RunData } from '../../../lib/bench/results/run-folder.ts';
import {
  closed,
  planCell,
  recordedEnvironment,
  recordedPlan,
  recordedRun,
} from '../../support/recorded-run.ts';

export interface RunSize {
  readonly paths: number;
  readonly levels: number;
  readonly repeats: number;
}

/** Every path that some serving takes. */
const allPaths: readonly Path[] = servingNames.flatMap((serving) =>
  protocolsOf(serving).flatMap((protocol) =>
    Object.entries(endpointOf(serving, protocol)?.payloads ?? {}).flatMap(([payload, encodings]) =>
      (encodings as readonly Encoding[]).map(
        (encoding) => ({ serving, protocol, payload, encoding }) as Path,
      ),
    ),
  ),
);

/** Cells as a run records them: latencies, seconds and phases of four servings at seven levels, six repeats each. */
const patterns = (): readonly CompletedCell[] =>
  recordedRun({
    levels: [1, 2, 4, 8, 16, 32, 64].map(closed),
    scenarios: ['warm'],
    repeats: 6,
    durationSeconds: 20,
    hasSeconds: true,
  }).records.filter(
    (record): record is CompletedCell => record.kind === 'cell' && record.state === 'completed',
  );

/**
 * A run of any size, cold and warm, each path with its ceiling. Its cells repeat the figures of a smaller simulated run: what
 * a report has to read, decode and write is that of a real one.
 */
export const manyCells = ({ paths, levels, repeats }: RunSize): RunData => {
  const taken = allPaths.slice(0, paths);
  const cells: Cell[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    for (const scenario of ['cold', 'warm'] as const) {
      for (const path of taken) {
        for (const engine of ['onnx', 'null'] as const) {
          for (let level = 1; level <= levels; level++) {
            cells.push(planCell(path, engine, scenario, closed(level), repeat, 20));
          }
        }
      }
    }
  }
  const known = patterns();
  const ofEngine = {
    onnx: known.filter(({ cell }) => cell.engine === 'onnx'),
    null: known.filter(({ cell }) => cell.engine === 'null'),
  };
  const records = cells.map((cell, index): CompletedCell => {
    const pool = ofEngine[cell.engine === 'null' ? 'null' : 'onnx'];
    // A step without a common divisor with the size of the pool, so that neighbours differ.
    const pattern = pool[(index * 37) % pool.length];
    if (pattern === undefined) throw new Error('no pattern');
    return { ...pattern, cell };
  });
  return { plan: recordedPlan(cells, taken), environment: recordedEnvironment, records };
};
