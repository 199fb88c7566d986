import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Token } from 'aws-cdk-lib';
import type { NodeEnvironment } from '../contract/node-environment.ts';

export interface UserDataProps {
  readonly environment: NodeEnvironment;
  /** S3 address of the bundle. */
  readonly bundleUrl: string;
  /** Address of the WaitConditionHandle that the node signals. */
  readonly signalUrl: string;
}

/** The part of the user data that is the same on every node. */
export const userDataScript = (): string =>
  readFileSync(path.join(import.meta.dirname, 'user-data.sh'), 'utf8');

/** Puts a value into single quotes, in which the shell expands nothing. */
const quoted = (value: string): string => {
  if (!Token.isUnresolved(value) && /['\n]/.test(value)) {
    throw new Error(`"${value}" cannot be used in the user data: it has a quote or a line break`);
  }
  return `'${value}'`;
};

/** Formats variables so that the shell and systemd parse them alike. */
const linesOf = (variables: object): readonly string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${quoted(String(value))}`);

/** Renders the user data of a node: its variables, none of which is secret, followed by the script. */
export const renderUserData = (props: UserDataProps): string => {
  const { environment, bundleUrl, signalUrl } = props;
  const variables = {
    ROLE: environment.SC_ROLE,
    REGION: environment.SC_REGION,
    MAX_HOURS: environment.SC_MAX_HOURS,
    BUNDLE_URL: bundleUrl,
    SIGNAL_URL: signalUrl,
  };
  return [
    '#!/bin/bash',
    ...linesOf(variables),
    "write_node_environment() { cat <<'END_OF_ENVIRONMENT'",
    ...linesOf(environment),
    'END_OF_ENVIRONMENT',
    '}',
    userDataScript(),
  ].join('\n');
};
