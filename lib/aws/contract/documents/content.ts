import { nodePaths } from '../node-paths.ts';
import type { NodeRole } from '../tags.ts';

/** A parameter of a document, which the script gets as the variable `SSM_<name>`. */
export interface DocumentParameter {
  readonly description: string;
  /** A regular expression for the whole value; SSM checks it before anything runs. */
  readonly allowedPattern: string;
  /** If absent, the parameter is required. */
  readonly default?: string;
}

/** An SSM Command document: a shell script on nodes of the given roles. */
export interface NodeDocument {
  readonly description: string;
  readonly roles: readonly NodeRole[];
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  /** File in `lib/aws/node/commands/`. */
  readonly script: string;
  /** After this time the script is killed. */
  readonly timeoutSeconds: number;
}

/**
 * Renders the content of a Command document, schema version 2.2
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html).
 *
 * Parameters are passed only as variables (`interpolationType: ENV_VAR`), so their text never becomes part of a script. SSM
 * agents before 3.3.2746.0 ignore this and set no variables, so the script fails with a message there.
 */
export const documentContent = (document: NodeDocument): Readonly<Record<string, unknown>> => ({
  schemaVersion: '2.2',
  description: document.description,
  parameters: Object.fromEntries(
    Object.entries(document.parameters).map(([name, parameter]) => [
      name,
      { type: 'String', interpolationType: 'ENV_VAR', ...parameter },
    ]),
  ),
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'run',
      precondition: { StringEquals: ['platformType', 'Linux'] },
      inputs: {
        timeoutSeconds: String(document.timeoutSeconds),
        runCommand: [
          'set -eu',
          ...Object.entries(document.parameters).map(([name, parameter]) =>
            parameter.default === ''
              ? `export SSM_${name}="\${SSM_${name}-}"`
              : `: "\${SSM_${name}?the SSM agent is too old to pass parameters safely: 3.3.2746.0 or newer is needed}"`,
          ),
          `exec bash ${nodePaths.commands}/${document.script}`,
        ],
      },
    },
  ],
});
