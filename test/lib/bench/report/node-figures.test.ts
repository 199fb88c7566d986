import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../lib/bench/analysis/summary-row.ts';
import { chartSet } from '../../../../lib/bench/report/charts/chart-set.ts';
import { renderCsv } from '../../../../lib/bench/report/csv.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { MEASURED_NODES, NODE_COLUMNS } from '../../../../lib/bench/report/node-figures.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const local = recordedRun({ durationSeconds: 3 });
const base = {
  samples: 3,
  cpuStealShare: 0.01,
  memoryUsedBytes: 2 ** 30,
  rxBytes: 3e6,
  txBytes: 6e6,
};
const onNodes = {
  ...local,
  records: local.records.map((record) =>
    record.kind === 'measurement' && record.state === 'completed'
      ? ({
          ...record,
          nodes: {
            serving: {
              ...base,
              cpuBusyShare: 0.25,
              gpu: {
                utilisationMeanPercent: 91.5,
                utilisationMaxPercent: 99,
                memoryUsedMiB: 1024,
                powerMeanWatts: 65,
                temperatureMaxC: 71,
                smClockMinMHz: 1590,
                smClockMeanMHz: 1590,
                throttle: {
                  knownSeconds: 3,
                  faultSeconds: 1,
                  secondsByReason: { 'sw-thermal-slowdown': 1 },
                },
              },
            },
            middleware: { ...base, cpuBusyShare: 0.625 },
          },
        } satisfies CompletedMeasurement)
      : record,
  ),
};
const summary = summarise(onNodes);
const html = renderHtml(summary, chartSet(summary));
const table = /What the nodes used,[\s\S]*?<\/table>/g;

const column = (text: string, name: string): readonly string[] => {
  const [head = '', ...lines] = text.trimEnd().split('\r\n');
  return lines.map((line) => line.split(',')[head.split(',').indexOf(name)] ?? 'no column');
};

describe('the figures of the nodes', () => {
  it('are the same in the page and in CSV, from the figures of the summary', () => {
    const csv = renderCsv(summary);
    const names = MEASURED_NODES.flatMap((role) =>
      NODE_COLUMNS.map(({ key, text }) => ({
        name: `${role}_node_${key}`,
        of: ({ nodes }: SummaryRow) => text(nodes?.[role]),
      })),
    );

    expect(column(csv, 'serving_node_gpu_percent')[0]).toBe('91.5');
    expect(column(csv, 'middleware_node_cpu_percent')[0]).toBe('62.5');
    expect(column(csv, 'serving_node_gpu_throttled_seconds')[0]).not.toBe('0.00');
    expect(Number(column(csv, 'serving_node_gpu_power_capped_seconds')[0])).toBe(0);
    for (const { name, of } of names) {
      expect(column(csv, name)).toEqual(summary.rows.map((row) => of(row).replace('–', '')));
    }
    const [first = ''] = html.match(table) ?? [];
    expect(first).toContain('serving: GPU');
    expect(first).not.toContain('middleware: GPU');
    expect(first).toMatch(/<td class="n">91\.5<\/td>/);
    expect(first).toMatch(/<td class="n">62\.5<\/td>/);
  });

  it('have no table and empty fields where everything ran on one machine', () => {
    const here = summarise(local);

    expect(renderHtml(here, chartSet(here)).match(table)).toBeNull();
    expect(new Set(column(renderCsv(here), 'serving_node_gpu_percent'))).toEqual(new Set(['']));
  });
});
