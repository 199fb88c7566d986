import type { DocumentId } from '../../../../lib/aws/contract/documents/index.ts';
import { failureOf, isOpen, type Invocation } from '../../../../lib/bench/aws/ssm-command.ts';

const invocation = (extra: Partial<Invocation>): Invocation => ({
  statusDetails: 'Failed',
  exitCode: 1,
  stdout: '',
  stderr: '',
  ...extra,
});
const failure = (document: DocumentId, extra: Partial<Invocation>) =>
  failureOf(document, 'i-1', invocation(extra));

describe('the outcome of a command', () => {
  it.each(['Pending', 'InProgress', 'Delayed', 'Cancelling', ''])(
    'is not known while it is "%s"',
    (statusDetails) => {
      expect(isOpen(invocation({ statusDetails }))).toBe(true);
      expect(isOpen(invocation({ statusDetails: 'ExecutionTimedOut' }))).toBe(false);
    },
  );

  it.each([
    [3, 'BENCH_SERVING_NOT_READY'],
    [4, 'BENCH_SERVING_DIED'],
    [5, 'BENCH_SERVING_CANNOT_RUN'],
    [1, 'BENCH_COMMAND_FAILED'],
  ])('is read from the exit code %i of a start', (exitCode, code) => {
    expect(failure('StartServing', { exitCode }).code).toBe(code);
    expect(failure('InspectServing', { exitCode }).code).toBe('BENCH_COMMAND_FAILED');
  });

  it('carries the last lines of the script', () => {
    const stderr = `${Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n')}\n`;
    const { message } = failure('StartServing', { exitCode: 4, stderr });

    expect(message).toMatch(/:\nline 12\n.*line 19$/s);
  });

  it.each(['Undeliverable', 'DeliveryTimedOut', 'Terminated'])(
    'is a lost node if it was never accepted: %s',
    (statusDetails) => {
      expect(failure('StartServing', { statusDetails, exitCode: -1 }).code).toBe('BENCH_NODE_LOST');
    },
  );

  it('names any other status of SSM', () => {
    expect(failure('StopServing', { statusDetails: 'RateExceeded' })).toMatchObject({
      code: 'BENCH_COMMAND_FAILED',
      message: expect.stringContaining('RateExceeded') as string,
    });
  });
});
