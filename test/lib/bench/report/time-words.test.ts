import { summariseRow } from '../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../lib/bench/analysis/summary-row.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import { targetLabels } from '../../../../lib/bench/wording/labels.ts';
import { partsIn, timeNotes } from '../../../../lib/bench/report/time-words.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  planMeasurement,
} from '../../../support/recorded-run.ts';

const phase = (meanMs: number) => ({ meanMs });

const rowOf = (
  serving: Target['serving'],
  times?: CompletedMeasurement['serving'],
  virtualUsers = 1,
): SummaryRow => {
  const target: Target = { serving, protocol: 'rest', payload: 'tensor', encoding: 'json' };
  const measurement = planMeasurement({ target, level: closed(virtualUsers) });
  const latencies = Array.from({ length: 10 }, () => 20);
  const load = loadResult(latencies, 10, { phases: { upstream: phase(15), total: phase(15) } });
  const completed = completedMeasurement(measurement, load, times && { serving: times });
  return summariseRow([measurement], [completed], []);
};

const reported = (times: { requestMs?: number; queueMs?: number; computeMs?: number }) =>
  ({ state: 'reported', count: 10, ...times }) as const;

const notesOf = (...rows: readonly SummaryRow[]): readonly string[] =>
  timeNotes(rows, targetLabels(rows.map(({ target }) => target)));

describe('the notes on the parts of a request', () => {
  it('are empty if the serving reports its queue and its compute', () => {
    expect(notesOf(rowOf('torchserve', reported({ queueMs: 40, computeMs: 60 })))).toEqual([]);
  });

  it('distinguish a platform without times from records without them', () => {
    expect(notesOf(rowOf('flask'))).toEqual([
      'Flask: reports none of its own times, so the server’s time is one part',
    ]);
    expect(notesOf(rowOf('torchserve'))).toEqual([
      'TorchServe: its own times are not in all of its records, so the server’s time is one part',
    ]);
  });

  it('say which part includes a queue that the serving does not report', () => {
    expect(notesOf(rowOf('kserve', reported({ computeMs: 60 })))).toEqual([
      'KServe: reports only the time of the model: the wait in its queue counts as network',
    ]);
    expect(notesOf(rowOf('bentoml', reported({ requestMs: 60 })))).toEqual([
      'BentoML: reports only whole requests: queue and model count as rest',
    ]);
  });

  it('are given once for all levels of a target', () => {
    expect(notesOf(rowOf('flask'), rowOf('flask', undefined, 4))).toHaveLength(1);
  });

  it('name target and level if the parts do not add up', () => {
    const [note] = notesOf(rowOf('torchserve', reported({ queueMs: 100, computeMs: 100 }), 4));

    expect(note).toMatch(/^TorchServe, 4 VUs: .*-5\.\d+ .*20\.\d\b/);
  });
});

describe('the parts of several rows', () => {
  it('are those that at least one row has', () => {
    const rows = [rowOf('flask'), rowOf('kserve', reported({ computeMs: 60 }))];

    expect(partsIn(rows)).toEqual(['client', 'upstream', 'wire', 'serving_compute']);
  });
});
