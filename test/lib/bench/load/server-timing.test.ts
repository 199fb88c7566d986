import { PhaseMeans } from '../../../../lib/bench/load/server-timing.ts';

describe('A Server-Timing header', () => {
  it.each([
    ['decode;dur=1.25, upstream;dur=30', { decode: 1.25, upstream: 30 }],
    ['a;dur=0,b;desc="x";dur=2', { a: 0, b: 2 }],
    ['a ; DUR = "2.5"', { a: 2.5 }],
    ['cache-hit, b;dur=2', { b: 2 }],
    ['a;dur=, b;desc=dur', {}],
    ['', {}],
  ])('is read from %j', (header, metrics) => {
    const phases = new PhaseMeans();
    phases.add(header);

    expect(phases.summarise()).toEqual(
      Object.fromEntries(Object.entries(metrics).map(([name, meanMs]) => [name, { meanMs }])),
    );
  });

  it('is averaged over all answers for each metric', () => {
    const phases = new PhaseMeans();
    for (let ms = 1; ms <= 100; ms += 1) phases.add(`decode;dur=${ms}, parse;dur=0.5`);

    expect(phases.summarise()).toEqual({ decode: { meanMs: 50.5 }, parse: { meanMs: 0.5 } });
  });
});
