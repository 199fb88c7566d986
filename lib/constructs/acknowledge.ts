import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says of a construct why findings of the checks are no fault here. Keys are their ids, values are the reasons; a finding
 * that is not named stays an error.
 */
export const acknowledge = (
  construct: IConstruct,
  reasons: Readonly<Record<string, string>>,
): void => {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([id, reason]) => ({ id, reason })),
  );
};

type Reference = Readonly<Record<string, unknown>>;

/** A value of a template as cdk-nag writes it in the ids of its findings. */
const findingText = (value: unknown): string => {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const {
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    'Fn::ImportValue': imported,
    Ref: reference,
  } = value as Reference;
  if (Array.isArray(join)) {
    const [delimiter, items] = join as [string, readonly unknown[]];
    return items.map(findingText).join(delimiter);
  }
  if (Array.isArray(attribute)) return `<${attribute.map(findingText).join('.')}>`;
  if (imported !== undefined) return findingText(imported);
  return reference === undefined ? JSON.stringify(value) : `<${findingText(reference)}>`;
};

/**
 * Says why a policy names resources by a pattern. Keys are the resources as the policy has them, values are the reasons.
 */
export const acknowledgePatterns = (
  construct: IConstruct,
  reasons: Readonly<Record<string, string>>,
): void => {
  const stack = Stack.of(construct);
  acknowledge(
    construct,
    Object.fromEntries(
      Object.entries(reasons).map(([resource, reason]) => [
        `AwsSolutions-IAM5[Resource::${findingText(stack.resolve(resource))}]`,
        reason,
      ]),
    ),
  );
};
