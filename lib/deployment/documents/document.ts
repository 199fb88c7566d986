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
