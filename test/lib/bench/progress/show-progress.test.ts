import { setTimeout as sleep } from 'node:timers/promises';
import { adviceOn } from '../../../../lib/bench/analysis/checks/checks.ts';
import { showProgress } from '../../../../lib/bench/progress/show-progress.ts';
import {
  calibrationRecord,
  completedMeasurement,
  loadResult,
  planMeasurement,
} from '../../../support/recorded-run.ts';

describe('An incomplete last line of the results', () => {
  it.each([
    ['plain lines', false],
    ['a terminal', true],
  ])('is reported in %s when the run continues without it', (_, isTerminal) => {
    const written: string[] = [];
    const write = (text: string): void => void written.push(text);
    const { emit, stop } = showProgress(write, isTerminal ? { write, width: () => 80 } : undefined);
    emit({ event: 'half-line-dropped', dropped: { line: 7, bytes: 120 } });
    stop();

    expect(written.join('')).toMatch(/\b7\b.*\bresults\.jsonl\D*120\b/s);
  });
});

describe('The calibration', () => {
  it.each([
    ['plain lines', false],
    ['a terminal', true],
  ])('is reported in %s before the measurements if it was wrong', (_, isTerminal) => {
    const written: string[] = [];
    const write = (text: string): void => void written.push(text);
    const { emit, stop } = showProgress(write, isTerminal ? { write, width: () => 80 } : undefined);
    emit({ event: 'calibration-end', calibration: calibrationRecord({ meanMs: 100 }) });
    const afterRightOne = written.join('');
    emit({ event: 'calibration-end', calibration: calibrationRecord({ meanMs: 150 }) });
    stop();

    expect(afterRightOne).toBe('');
    expect(written.filter((line) => line.length > 101)).toEqual([]);
    const text = written.join('').replaceAll(/\s+/g, ' ');
    expect(text).toContain('150 ms, 50.0 %');
    expect(text).toContain(adviceOn({ check: 'calibration', state: 'failed' }));
  });
});

describe('A finished measurement', () => {
  it('has a line in a file if it is the first or the last, or if the load generator was too slow', () => {
    const written: string[] = [];
    const { emit, stop } = showProgress((text) => void written.push(text), undefined);
    const end = (number: number, keptUp = true): void => {
      const measurement = planMeasurement({ repeat: number });
      const load = loadResult([10], 1, { self: { ...loadResult([10], 1).self, keptUp } });
      const record = completedMeasurement(measurement, load);
      emit({ event: 'measurement-end', number, total: 4, measurement, record, secondsLeft: 1 });
    };
    end(1);
    end(2);
    end(3, false);
    end(4);
    stop();

    expect(written.flatMap((line) => /^\[.*\]/.exec(line) ?? [])).toEqual([
      '[1/4]',
      '[3/4]',
      '[4/4]',
    ]);
  });
});

describe('The time left in a terminal', () => {
  it('counts down while nothing else happens', async () => {
    const written: string[] = [];
    const write = (text: string): void => void written.push(text);
    const { emit, stop } = showProgress(write, { write, width: () => 100 });
    const measurement = planMeasurement({});
    emit({ event: 'serving-start', number: 1, total: 4, measurement, secondsLeft: 3000 });
    const until = async (text: string): Promise<void> => {
      if (written.some((line) => line.includes(text))) return;
      await sleep(50);
      await until(text);
    };

    await expect(until('49 min 58 s left')).resolves.toBeUndefined();
    stop();
  });
});
