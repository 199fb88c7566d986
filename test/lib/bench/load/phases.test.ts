import { PhaseRecorder } from '../../../../lib/bench/load/phases.ts';

describe('The phases', () => {
  it('have the exact mean and the percentiles of what the server said', () => {
    const phases = new PhaseRecorder();
    for (let ms = 1; ms <= 100; ms += 1) {
      phases.add(`decode;dur=${ms}, parse;dur=0.5`);
    }
    const { decode, parse } = phases.summarise();
    expect(decode?.meanMs).toBe(50.5);
    expect(decode?.p50Ms).toBeCloseTo(50, 0);
    expect(decode?.p95Ms).toBeCloseTo(95, 0);
    expect(parse).toEqual({ meanMs: 0.5, p50Ms: 0.5, p95Ms: 0.5 });
  });

  it('do not grow without end where the server invents names', () => {
    const phases = new PhaseRecorder();
    for (let name = 0; name < 1000; name += 1) {
      phases.add(`phase${name};dur=1`);
    }
    expect(Object.keys(phases.summarise())).toHaveLength(32);
  });
});
