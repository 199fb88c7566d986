import type { HandlerExecutionContext, MiddlewareStack } from '@aws-sdk/types';
import { generalAwsError } from './aws-error.ts';

/** Actions that have another name in policies than their call. */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObject',
};

const actionOf = (service: string, { commandName = '' }: HandlerExecutionContext): string => {
  const action = `${service}:${commandName.replace(/Command$/, '')}`;
  return POLICY_NAMES[action] ?? action;
};

/**
 * Gives every call of a client the errors of {@link generalAwsError}. Other errors of AWS pass as they are.
 *
 * @param service its name in policies
 */
export const explainErrors = <Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  service: string,
  region: string,
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
};
