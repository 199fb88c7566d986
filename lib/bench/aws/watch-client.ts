import type { HandlerExecutionContext, MiddlewareStack } from '@aws-sdk/types';
import { generalAwsError, isThrottling } from './aws-error.ts';

/** What a client's calls are watched for. */
export interface ClientWatch {
  /** Prefix of the service's actions in policies. */
  readonly service: string;
  readonly region: string;
  /** Called with the action each time AWS throttled it and it is tried again, with the number of the attempt. */
  readonly onThrottled: (action: string, attempt: number) => void;
}

/** Actions that have another name in policies than their call. */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:HeadBucket': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObject',
};

const actionOf = (service: string, { commandName = '' }: HandlerExecutionContext): string => {
  const action = `${service}:${commandName.replace(/Command$/, '')}`;
  return POLICY_NAMES[action] ?? action;
};

/**
 * Gives every call of a client the errors of {@link generalAwsError}, and tells of throttling while the client still tries
 * again by itself. Other errors of AWS pass as they are.
 */
export const watchClient = <Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  { service, region, onThrottled }: ClientWatch,
): void => {
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw generalAwsError(error, { action: actionOf(service, context), region }) ?? error;
      }
    },
    { step: 'initialize', name: 'benchErrors', priority: 'high' },
  );
  const attempts = new WeakMap<HandlerExecutionContext, number>();
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isThrottling(error)) {
          const attempt = (attempts.get(context) ?? 0) + 1;
          attempts.set(context, attempt);
          onThrottled(actionOf(service, context), attempt);
        }
        throw error;
      }
    },
    // Behind the retries, so that it sees each attempt.
    { step: 'finalizeRequest', name: 'benchThrottling', priority: 'low' },
  );
};
