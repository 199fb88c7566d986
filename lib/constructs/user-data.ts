import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Token } from 'aws-cdk-lib';
import type { NodeEnvironment } from '../deployment/node-environment.ts';

/** What the first boot of a node needs beside its environment. */
export interface UserDataFacts {
  readonly environment: NodeEnvironment;
  /** S3 address of the bundle. */
  readonly bundleUrl: string;
  /** What the file BUNDLE_ID inside it must say. */
  readonly bundleId: string;
  /** Where the verdict goes: the address of a WaitConditionHandle. */
  readonly signalUrl: string;
}

/** The part that is the same on every node. */
export const userDataScript = (): string =>
  readFileSync(path.join(import.meta.dirname, 'user-data.sh'), 'utf8');

/** A value in single quotes, within which the shell changes nothing. */
const quoted = (value: string): string => {
  if (!Token.isUnresolved(value) && /['\n]/.test(value)) {
    throw new Error(`"${value}" cannot stand in the user data: it has a quote or a second line`);
  }
  return `'${value}'`;
};

const environmentLines = (environment: NodeEnvironment): readonly string[] =>
  Object.entries(environment).map(([name, value]: [string, unknown]) => {
    const text = String(value);
    // systemd would join a line that ends so with the next, and takes spaces at the ends away.
    if (!Token.isUnresolved(text) && /\n|\\$|^\s|\s$/.test(text)) {
      throw new Error(`${name}="${text}" cannot stand in an environment file`);
    }
    return `${name}=${text}`;
  });

/** The user data of a node: variables in front of the script, without a secret in them. */
export const renderUserData = (facts: UserDataFacts): string => {
  const { environment, bundleUrl, bundleId, signalUrl } = facts;
  const variables = {
    ROLE: environment.SC_ROLE,
    REGION: environment.SC_REGION,
    MAX_HOURS: environment.SC_MAX_HOURS,
    BUNDLE_URL: bundleUrl,
    BUNDLE_ID: bundleId,
    SIGNAL_URL: signalUrl,
  };
  return [
    '#!/bin/bash',
    ...Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`),
    "write_node_environment() { cat <<'END_OF_ENVIRONMENT'",
    ...environmentLines(environment),
    'END_OF_ENVIRONMENT',
    '}',
    userDataScript(),
  ].join('\n');
};
