/** What an ARN names, in the words of the sweep. */
export interface NamedResource {
  readonly kind: string;
  readonly id: string;
}

const lastPart = (text: string): string => text.split('/').at(-1) ?? text;

/**
 * Kind and id from an ARN (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). Pure.
 *
 * @returns the service and the whole resource for what the project does not use
 */
export const resourceOfArn = (arn: string): NamedResource => {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const [type = ''] = resource.split('/');
  switch (service) {
    case 'ec2':
      return { kind: type, id: lastPart(resource) };
    case 's3':
      return { kind: 'bucket', id: resource };
    case 'logs':
      return { kind: 'log-group', id: resource.replace(/^log-group:/, '').replace(/:\*$/, '') };
    case 'ssm':
      return { kind: type, id: resource.slice(type.length + 1) };
    case 'cloudformation':
      return { kind: 'stack', id: resource.split('/')[1] ?? resource };
    case 'iam':
      return { kind: type, id: type === 'policy' ? arn : lastPart(resource) };
    default:
      return { kind: `${service} resource`, id: resource };
  }
};
