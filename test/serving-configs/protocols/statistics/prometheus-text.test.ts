import { samplesOf } from '../../../../serving-configs/protocols/statistics/prometheus-text.ts';

describe('samples of the Prometheus text format', () => {
  it('are found by the whole name of the metric', () => {
    expect(samplesOf('up 1\nup_total 2\n# up 3\n', 'up')).toEqual([{ labels: {}, value: 1 }]);
  });

  it('have labels, also with commas and quotes inside, and numbers of any form', () => {
    expect(samplesOf(String.raw`m{a="x,y",b="say \"hi\""} 1.5e-3 1700000000`, 'm')).toEqual([
      { labels: { a: 'x,y', b: String.raw`say \"hi\"` }, value: 0.0015 },
    ]);
  });
});
