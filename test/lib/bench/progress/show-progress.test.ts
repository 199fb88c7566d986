import { showProgress } from '../../../../lib/bench/progress/show-progress.ts';
import { oracleCheck } from '../../../support/oracle-check.ts';

describe('the measurement of a known latency', () => {
  it.each([
    ['plain lines', undefined],
    ['a terminal', { width: () => 80 }],
  ])('is told on %s where it was wrong, before the run takes its hours', (_, terminal) => {
    const written: string[] = [];
    const { emit, stop } = showProgress((text) => void written.push(text), terminal);
    emit({ event: 'oracle-end', check: oracleCheck({ meanMs: 100 }) });
    const whereRight = written.join('');
    emit({ event: 'oracle-end', check: oracleCheck({ meanMs: 150 }) });
    stop();

    expect(whereRight).toBe('');
    expect(written.join('')).toMatch(
      /at 150 ms, 50.0 % off, .* Close what else works on the machine/,
    );
  });
});
