import { GetCommandInvocationCommand } from '@aws-sdk/client-ssm';
import type { Aws } from './clients.ts';
import type { Invocation } from './invocation.ts';
import { awsErrorName } from './aws-error.ts';

const LAST_LINES = 8;

/** What a script said last on stderr, or on stdout where that is empty; empty where SSM has nothing. */
export const lastWordsOf = async (
  aws: Aws,
  commandId: string,
  { instanceId, state }: Invocation,
): Promise<string> => {
  if (state === 'missing') return '';
  try {
    const { StandardErrorContent = '', StandardOutputContent = '' } = await aws.ssm.send(
      new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }),
    );
    const text = StandardErrorContent.trim() === '' ? StandardOutputContent : StandardErrorContent;
    return text.trim().split('\n').slice(-LAST_LINES).join('\n');
  } catch (error) {
    if (awsErrorName(error) === 'InvocationDoesNotExist') return '';
    throw error;
  }
};

const REASONS: Readonly<Record<string, string>> = {
  NotSent: 'the command never reached it: its SSM agent is not known, or its tags were changed',
  DeliveryTimedOut: 'its SSM agent did not take the command in time',
  Undeliverable: 'its SSM agent cannot be reached',
  ExecutionTimedOut: 'the script did not end in its time and was killed',
  Cancelled: 'the command was cancelled',
  Terminated: 'the command was ended because it failed on other nodes',
  AccessDenied: 'AWS did not allow the command there',
};

/** Why a command failed on a node, in words. Pure. */
export const invocationText = ({ state, details, exitCode }: Invocation, words: string): string => {
  if (state === 'running') return 'it has not ended the command in its time';
  const reason =
    REASONS[details.replaceAll(' ', '')] ??
    (exitCode === undefined
      ? `the command ended as ${details}`
      : `the script ended with exit code ${exitCode}`);
  return words === '' ? reason : `${reason}; its last words:\n${words.replaceAll(/^/gm, '    ')}`;
};
