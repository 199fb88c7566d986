import type { CommandInvocation } from '@aws-sdk/client-ssm';

/** What became of a command on one node. */
export interface Invocation {
  readonly instanceId: string;
  /** `missing`: SSM never sent it there. */
  readonly state: 'running' | 'succeeded' | 'failed' | 'missing';
  /** As SSM calls it, more exact than the state: `ExecutionTimedOut`, `DeliveryTimedOut`, `AccessDenied`, … */
  readonly details: string;
  /** Exit code of the script; absent where it did not end by itself. */
  readonly exitCode?: number;
}

const RUNNING = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** Whether a command or an invocation with this status goes on. */
export const isRunning = (status: string): boolean => RUNNING.has(status);

/** What SSM says about one node, in our words. Pure. */
export const invocationOf = (
  instanceId: string,
  invocation: CommandInvocation | undefined,
): Invocation => {
  if (invocation === undefined) return { instanceId, state: 'missing', details: 'NotSent' };
  const { Status = '', StatusDetails = Status, CommandPlugins = [] } = invocation;
  const code = CommandPlugins.find(({ ResponseCode = 0 }) => ResponseCode !== 0)?.ResponseCode;
  return {
    instanceId,
    state: isRunning(Status) ? 'running' : Status === 'Success' ? 'succeeded' : 'failed',
    details: StatusDetails,
    ...(code === undefined || code < 0 ? {} : { exitCode: code }),
  };
};

/** Whether nothing more is to come. */
export const isOver = ({ state }: Invocation): boolean =>
  state === 'succeeded' || state === 'failed';
