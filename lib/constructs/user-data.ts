import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Token } from 'aws-cdk-lib';
import type { NodeEnvironment } from '../deployment/node-environment.ts';

/** What the first boot of a node needs beside its environment. */
export interface UserDataFacts {
  readonly environment: NodeEnvironment;
  /** S3 address of the bundle. */
  readonly bundleUrl: string;
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

/** Variables as shell and systemd read them alike. */
const linesOf = (variables: object): readonly string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${quoted(String(value))}`);

/** The user data of a node: variables in front of the script, without a secret in them. */
export const renderUserData = (facts: UserDataFacts): string => {
  const { environment, bundleUrl, signalUrl } = facts;
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
