import { showProgress } from '../../../../lib/bench/progress/show-progress.ts';
import { calibrationRecord } from '../../../support/calibration-record.ts';

describe('A half line that a cut left', () => {
  it.each([
    ['plain lines', undefined],
    ['a terminal', { width: () => 80 }],
  ])('is told on %s when the run goes on without it', (_, terminal) => {
    const written: string[] = [];
    const { emit, stop } = showProgress((text) => void written.push(text), terminal);
    emit({ event: 'half-line-dropped', dropped: { line: 7, bytes: 120 } });
    stop();

    expect(written.join('')).toContain('line 7 of results.jsonl was cut off after 120 bytes');
  });
});

describe('The measurement of a known latency', () => {
  it.each([
    ['plain lines', undefined],
    ['a terminal', { width: () => 80 }],
  ])('is told on %s where it was wrong, before the run takes its hours', (_, terminal) => {
    const written: string[] = [];
    const { emit, stop } = showProgress((text) => void written.push(text), terminal);
    emit({ event: 'calibration-end', calibration: calibrationRecord({ meanMs: 100 }) });
    const whereRight = written.join('');
    emit({ event: 'calibration-end', calibration: calibrationRecord({ meanMs: 150 }) });
    stop();

    expect(whereRight).toBe('');
    expect(written.join('')).toMatch(
      /at 150 ms, 50.0 % off, .* Close other programs on the machine/,
    );
  });
});
