import { nodePaths } from '../node-paths.ts';
import type { NodeRole } from '../tags.ts';

/** A parameter of a document. Its value reaches the script as the variable `SSM_<name>`, never as text of the script. */
export interface DocumentParameter {
  readonly description: string;
  /** A regular expression that the whole value must match; SSM checks it before anything runs. */
  readonly allowedPattern: string;
  /** Without one, the parameter must be given. */
  readonly default?: string;
}

/** An SSM Command document of ours: one shell script on the nodes of one role. */
export interface NodeDocument {
  readonly description: string;
  readonly roles: readonly NodeRole[];
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  /** File in `lib/node/commands/`. */
  readonly script: string;
  /** After this time the script is killed. */
  readonly timeoutSeconds: number;
}

/**
 * The content of a Command document, schema version 2.2
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html).
 *
 * Parameters reach the script only as variables (`interpolationType: ENV_VAR`): their text never becomes part of a
 * script. Agents before 3.3.2746.0 ignore that and set no variable, so the script ends there with a message instead of
 * running with wrong values.
 */
export const documentContent = (document: NodeDocument): Readonly<Record<string, unknown>> => {
  return {
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
            `exec ${nodePaths.commands}/${document.script}`,
          ],
        },
      },
    ],
  };
};
