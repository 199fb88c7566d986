import { documents, type DocumentId } from '../../deployment/documents/index.ts';
import { NODE_ROLES, tagKeys, type NodeRole } from '../../deployment/tags.ts';
import type { Deployment } from './deployment.ts';
import { shellLine } from './shell-text.ts';

/** Which nodes get a command. */
export interface CommandTargets {
  /** Numbers of the pairs; undefined for all of the deployment. */
  readonly pairs?: readonly number[];
  readonly role?: NodeRole;
}

/** A command to nodes of a deployment, in the form of SSM's SendCommand. */
export interface CommandRequest {
  readonly DocumentName: string;
  readonly Targets: { Key: string; Values: string[] }[];
  readonly Parameters: Record<string, string[]>;
  readonly Comment: string;
  readonly TimeoutSeconds: number;
  readonly MaxConcurrency: '100%';
  readonly MaxErrors: '100%';
  readonly CloudWatchOutputConfig: {
    CloudWatchLogGroupName: string;
    CloudWatchOutputEnabled: boolean;
  };
}

/** How long SSM tries to reach a node; a node that is away for longer has a problem of its own. */
const DELIVERY_TIMEOUT_SECONDS = 120;

/** What SSM takes as a comment. */
const MOST_COMMENT_CHARACTERS = 100;

/** Puts a command together. Pure. */
export const commandRequest = (
  deployment: Pick<Deployment, 'name' | 'bucket' | 'logGroup' | 'documents'>,
  id: DocumentId,
  parameters: Readonly<Record<string, string>>,
  { pairs, role }: CommandTargets,
): CommandRequest => {
  const roles = role === undefined ? documents[id].roles : [role];
  return {
    DocumentName: deployment.documents[id],
    Targets: [
      { Key: `tag:${tagKeys.deployment}`, Values: [deployment.name] },
      {
        Key: `tag:${tagKeys.role}`,
        Values: NODE_ROLES.filter((one) => roles.some((wanted) => wanted === one)),
      },
      ...(pairs === undefined ? [] : [{ Key: `tag:${tagKeys.pair}`, Values: pairs.map(String) }]),
    ],
    Parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, [value]]),
    ),
    Comment: ['serving-compare', id, parameters.RunId]
      .join(' ')
      .trim()
      .slice(0, MOST_COMMENT_CHARACTERS),
    TimeoutSeconds: DELIVERY_TIMEOUT_SECONDS,
    MaxConcurrency: '100%',
    MaxErrors: '100%',
    CloudWatchOutputConfig: {
      CloudWatchLogGroupName: deployment.logGroup,
      CloudWatchOutputEnabled: true,
    },
  };
};

/** The same command for a shell: `aws ssm send-command …`. Pure. */
export const commandLine = (region: string, request: CommandRequest): string => {
  const options = {
    '--region': region,
    '--document-name': request.DocumentName,
    '--targets': JSON.stringify(request.Targets),
    // JSON, since the short form splits values at commas.
    '--parameters': JSON.stringify(request.Parameters),
    '--comment': request.Comment,
    '--timeout-seconds': String(request.TimeoutSeconds),
    '--max-concurrency': request.MaxConcurrency,
    '--max-errors': request.MaxErrors,
    '--cloud-watch-output-config': JSON.stringify(request.CloudWatchOutputConfig),
  };
  return shellLine(['aws', 'ssm', 'send-command', ...Object.entries(options).flat()]);
};
