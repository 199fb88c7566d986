import type { DocumentId } from '../../deployment/documents/index.ts';
import { startServingExitCodes } from '../../deployment/serving-state.ts';
import { BenchError } from '../model/errors.ts';

/** What Run Command says about one command on one node. */
export interface Invocation {
  readonly statusDetails: string;
  /** Of the script; -1 where it did not end by itself. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** While it goes on (https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html); empty right after the sending. */
const OPEN = new Set(['', 'Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** Whether the details are those of an invocation that goes on. */
export const isOpen = ({ statusDetails }: Invocation): boolean => OPEN.has(statusDetails);

const LAST_LINES = 8;

const lastLines = (text: string): string => text.trim().split('\n').slice(-LAST_LINES).join('\n');

const withWords = (sentence: string, stderr: string): string =>
  stderr.trim() === '' ? sentence : `${sentence}; its last words:\n${lastLines(stderr)}`;

/** How the scripts behind `StartServing` say why there is no serving. */
const startFailures: Readonly<Record<number, readonly [`BENCH_${string}`, string]>> = {
  [startServingExitCodes.notReady]: [
    'BENCH_SERVING_NOT_READY',
    'the serving was not ready in time',
  ],
  [startServingExitCodes.died]: ['BENCH_SERVING_DIED', 'the serving ended before it was ready'],
  [startServingExitCodes.cannotRun]: [
    'BENCH_SERVING_CANNOT_RUN',
    'the serving cannot be started on this node',
  ],
};

/** Where no command reaches the node: no measurement is to blame for that. */
export const nodeLost = (instanceId: string, why: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_NODE_LOST', `the node ${instanceId} ${why}`, {
    hint: 'see whether it runs and its agent is online: npx serving-compare doctor; then go on with the run: npx serving-compare status lists it',
    cause,
  });

/** Why a command did not succeed. */
export const failureOf = (
  document: DocumentId,
  instanceId: string,
  { statusDetails, exitCode, stderr }: Invocation,
): BenchError => {
  switch (statusDetails) {
    case 'Undeliverable':
    case 'DeliveryTimedOut':
    case 'Terminated':
      return nodeLost(instanceId, `did not take the command ${document} (${statusDetails})`);
    case 'ExecutionTimedOut':
      return new BenchError(
        'BENCH_COMMAND_TIMED_OUT',
        withWords(`${document} did not end in its time on ${instanceId} and was killed`, stderr),
        { hint: 'see what hangs: npx serving-compare logs' },
      );
    case 'Failed': {
      const known = document === 'StartServing' ? startFailures[exitCode] : undefined;
      const [code, sentence] = known ?? [
        'BENCH_COMMAND_FAILED' as const,
        `${document} on ${instanceId} ended with exit code ${exitCode}`,
      ];
      return new BenchError(code, withWords(sentence, stderr));
    }
    default:
      return new BenchError(
        'BENCH_COMMAND_FAILED',
        withWords(`${document} on ${instanceId} ended as "${statusDetails}"`, stderr),
      );
  }
};

/**
 * The line of JSON that a script printed last.
 *
 * @throws BenchError where there is none.
 */
export const answerOf = (document: DocumentId, { stdout }: Invocation): object => {
  const line = stdout.trim().split('\n').at(-1) ?? '';
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new BenchError(
    'BENCH_COMMAND_FAILED',
    `${document} succeeded, but its last line is no answer: "${line.slice(0, 200)}"`,
    { hint: 'the node has another version of the scripts: deploy again with npx cdk deploy --all' },
  );
};
