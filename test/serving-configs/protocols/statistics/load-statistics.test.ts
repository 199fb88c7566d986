import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  manifestOf,
  modelNamed,
  platformOf,
  RESNET50,
  servingNames,
} from '../../../../serving-configs/index.ts';
import { loadStatistics } from '../../../../serving-configs/protocols/statistics/load-statistics.ts';
import { samplesOf } from '../../../../serving-configs/protocols/statistics/prometheus-text.ts';
import type { ServingCounters } from '../../../../serving-configs/protocols/statistics/serving-counters.ts';
import { traitsOf } from '../../../conformance/traits.ts';

const rounded = (counters: ServingCounters | undefined): object =>
  Object.fromEntries(
    Object.entries<number>({ ...counters }).map(([name, value]) => [name, Math.round(value)]),
  );

const recorded = servingNames.flatMap((serving) => {
  const { statistics } = traitsOf(serving);
  if (statistics === undefined) return [];
  const folder = path.resolve(import.meta.dirname, '../../platforms', platformOf(serving));
  const page = readFileSync(path.join(folder, statistics.page), 'utf8');
  return [{ serving, page, counters: statistics.counters }];
});

describe.each(recorded)('the page of statistics of $serving', ({ serving, page, counters }) => {
  const model = manifestOf(serving, RESNET50).model.name;

  it('has the number of requests and the times that the platform reports', async () => {
    const read = await loadStatistics(serving, RESNET50);

    expect(rounded(read?.(page, 'text/plain'))).toEqual(counters);
  });

  it('is read for only one model, if the platform reports times by model', async () => {
    const read = await loadStatistics(serving, RESNET50);
    const another = page.replaceAll(model, 'another');

    expect(read?.(another, 'text/plain').count).toBe(another === page ? counters.count : 0);
  });

  it('is read for a model with a name of its own', async () => {
    const read = await loadStatistics(serving, modelNamed('my-model'));

    expect(rounded(read?.(page.replaceAll(model, 'my-model'), 'text/plain'))).toEqual(counters);
  });
});

describe('samples of the Prometheus text format', () => {
  it('are found by the full name of the metric', () => {
    expect(samplesOf('up 1\nup_total 2\n# up 3\n', 'up')).toEqual([{ labels: {}, value: 1 }]);
  });

  it('have labels, even with commas and quotes, and numbers of any form', () => {
    expect(samplesOf(String.raw`m{a="x,y",b="say \"hi\""} 1.5e-3 1700000000`, 'm')).toEqual([
      { labels: { a: 'x,y', b: String.raw`say \"hi\"` }, value: 0.0015 },
    ]);
  });
});
