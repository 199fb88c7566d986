import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isServingName } from '../../../../../serving-configs/index.ts';
import { placeholdersIn } from '../../../../../serving-configs/models/tensors/json-contract.ts';
import type { RunningServer } from '../../../../../serving-configs/running-server.ts';
import { BenchError, fileErrorText } from '../../../model/errors.ts';
import type { LeftOut, ServedBy } from '../../../model/plan.ts';
import { isNamed, lacksSecrets } from '../../../plan/command-of-plan.ts';
import type { DescribedServer } from '../../../model-file/description.ts';
import {
  descriptionError,
  mismatchError,
  unknownTensor,
} from '../../../model-file/model-errors.ts';
import type { AnyModel } from '../../../model-file/described-model.ts';

/** A running server on the command line. */
export interface NamedUrl {
  readonly name: string;
  readonly url: string;
}

/** A running server as the user describes it. */
export interface GivenServer extends DescribedServer {
  readonly name: string;
  /** See `RunningServer`. */
  readonly caFile?: string | undefined;
}

const SERVER_NAME = /^[a-z][a-z0-9_-]{0,39}$/;

/** Moves the credentials of a URL into a header, which appears in no file and no output. */
const withoutCredentials = (given: GivenServer): GivenServer => {
  const url = new URL(given.url);
  const { username, password } = url;
  if (username === '' && password === '') return given;
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  url.username = '';
  url.password = '';
  const authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  return { ...given, url: url.href, headers: { authorization, ...given.headers } };
};

const assertUrl = ({ name, url }: NamedUrl): void => {
  const { protocol = '', pathname = '' } = URL.canParse(url) ? new URL(url) : {};
  const isPossible =
    /^https?:$/.test(protocol) || (/^grpcs?:$/.test(protocol) && /^\/?$/.test(pathname));
  if (isPossible) return;
  throw new BenchError('BENCH_SERVER_URL', `the address of ${name} is not supported: ${url}`, {
    hint: 'give http://HOST:PORT, with a path if it has one, or grpc://HOST:PORT; with TLS https:// or grpcs://',
  });
};

/** A placeholder for credentials that was not filled in would be refused by the server. */
const assertSecrets = ({ name, url }: NamedUrl): void => {
  if (!lacksSecrets(url)) return;
  throw new BenchError('BENCH_SERVER_CREDENTIALS', `the credentials of ${name} are missing`, {
    hint: `give its user name and its password in place of USER:PASSWORD in ${url}`,
  });
};

const assertName = ({ name }: NamedUrl): void => {
  if (!SERVER_NAME.test(name)) {
    throw new BenchError('BENCH_SERVER_NAME', `a running server cannot be called "${name}"`, {
      hint: 'use lowercase letters, digits, - and _, and begin with a letter',
    });
  }
  if (isServingName(name)) {
    throw new BenchError('BENCH_SERVER_NAME', `${name} is a serving of serving-compare`, {
      hint: `give the running server a name of its own, such as my-${name}`,
    });
  }
};

/** A server that speaks its own JSON must describe its body and its outputs completely; other servers describe neither. */
const assertContract = (
  { name, body, outputs }: GivenServer,
  model: Pick<AnyModel, 'inputs' | 'outputs'>,
): void => {
  if (body === undefined && outputs === undefined) return;
  if (body === undefined || outputs === undefined) {
    throw descriptionError(
      `servers.${name} has ${body === undefined ? 'outputs without a body' : 'a body without outputs'}`,
      'give both: the body to send, and where the outputs are in the answer',
    );
  }
  const inputs = model.inputs.map((input) => input.name);
  const unknownInput = placeholdersIn(body).find((placeholder) => !inputs.includes(placeholder));
  if (unknownInput !== undefined) {
    throw unknownTensor(`servers.${name}.body: there is no input`, unknownInput, inputs);
  }
  const names = model.outputs.map((output) => output.name);
  const unknownOutput = Object.keys(outputs).find((key) => !names.includes(key));
  if (unknownOutput !== undefined) {
    throw unknownTensor(`servers.${name}.outputs: there is no output`, unknownOutput, names);
  }
  const missing = names.find((output) => !Object.hasOwn(outputs, output));
  if (missing !== undefined) {
    throw mismatchError(
      `servers.${name}.outputs does not say where "${missing}" is in the answer`,
      `give a JSON pointer: servers.${name}.outputs: { ${missing}: /${missing} }`,
    );
  }
};

const caError = (problem: string): BenchError =>
  new BenchError('BENCH_SERVER_TLS', `--ca: ${problem}`, {
    hint: 'give a PEM file, which begins with -----BEGIN CERTIFICATE-----; to make one of a DER file: openssl x509 -inform der -in FILE -out ca.pem',
  });

/** @throws BenchError if a file does not hold certificates as PEM */
const assertCaFile = (file: string): void => {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    throw caError(fileErrorText(file, error));
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw caError(`${file} holds no certificate as PEM`);
  try {
    for (const block of blocks) void new X509Certificate(block);
  } catch {
    throw caError(`${file} holds a certificate that is damaged`);
  }
};

/**
 * Merges the running servers of a model's description with those of the command line, which may change the address of one.
 *
 * @param caFile a PEM file with the authorities that their certificates may be from
 * @throws BenchError if a name, an address, a description of requests or the PEM file is not valid.
 */
export const givenServers = (
  named: readonly NamedUrl[],
  { servers, ...model }: Pick<AnyModel, 'servers' | 'inputs' | 'outputs'>,
  caFile?: string,
): readonly GivenServer[] => {
  if (caFile !== undefined) assertCaFile(caFile);
  const given = new Map<string, GivenServer>();
  for (const [name, server] of Object.entries(servers)) given.set(name, { ...server, name });
  for (const { name, url } of named) given.set(name, { ...given.get(name), name, url });
  return [...given.values()].map((server) => {
    assertName(server);
    assertUrl(server);
    assertSecrets(server);
    assertContract(server, model);
    return { ...withoutCredentials(server), ...(caFile !== undefined && { caFile }) };
  });
};

const changedServer = (reason: string): BenchError =>
  new BenchError('BENCH_OTHER_SERVER', `the run cannot be resumed: ${reason}`, {
    hint: 'give the running servers that it began with, or none, or start a new run',
  });

/**
 * Adds to the running servers of a resumed plan their headers, which no file contains, and the authorities to trust.
 *
 * @throws BenchError if the servers that are given now differ from those of the plan.
 */
export const resumedServers = (
  planned: readonly RunningServer[],
  given: readonly GivenServer[],
  caFile?: string,
): readonly RunningServer[] => {
  for (const { name, url, body, outputs } of given) {
    const server = planned.find((each) => each.name === name);
    if (server === undefined) throw changedServer(`it began without the running server ${name}`);
    if (server.url !== url) {
      throw changedServer(`${name} was at ${server.url}, but this command has ${url}`);
    }
    const before = JSON.stringify([server.json?.body, server.json?.outputs]);
    if (body !== undefined && before !== JSON.stringify([body, outputs])) {
      throw changedServer(`${name} began with another body, or with other pointers to its outputs`);
    }
  }
  return planned.map((server) => {
    const headers = given.find(({ name }) => name === server.name)?.headers;
    return {
      ...server,
      ...(headers !== undefined && { headers }),
      ...(caFile !== undefined && { caFile }),
    };
  });
};

/**
 * Credentials are in no file of a run, so a resumed run is given them again.
 *
 * @param targets the running servers from the command line of its first start
 * @throws BenchError if it lacks those of a server, whose answers would all be refusals.
 */
export const assertCredentials = (
  servers: readonly RunningServer[],
  targets: readonly string[],
  resumeCommand: string,
): void => {
  const lacking = servers.find(
    ({ name, headers = {} }) =>
      !Object.keys(headers).some((header) => header.toLowerCase() === 'authorization') &&
      targets.some((target) => isNamed(target, name) && lacksSecrets(target)),
  );
  if (lacking === undefined) return;
  throw new BenchError(
    'BENCH_SERVER_CREDENTIALS',
    `${lacking.name} had credentials in its address, which the run folder does not have`,
    { hint: `give them again, in place of USER:PASSWORD: ${resumeCommand}` },
  );
};

/** Path of TensorFlow's API, whose JSON holds the tensors by column. */
const COLUMNS_PATH = /\/v1\/models\/[^/]+:predict$/;

const PROTOCOL_NAMES: Readonly<Record<RunningServer['speaks'], string>> = {
  'open-inference': 'the Open Inference Protocol',
  application: 'bodies of the Open Inference Protocol',
  json: 'JSON of its own',
};

/** What a plan says of running servers, by their names. */
export const servedByServers = (
  servers: readonly RunningServer[],
): Readonly<Record<string, ServedBy>> =>
  Object.fromEntries(
    servers.map(({ name, url, speaks, path }) => [
      name,
      {
        platform: 'a running server',
        engine: 'what it has',
        real: true,
        running: `${url}, asked with ${COLUMNS_PATH.test(path) ? 'TensorFlow’s JSON in columns' : PROTOCOL_NAMES[speaks]}`,
      },
    ]),
  );

/** Running servers are left out of the cold scenario, because they cannot be started. */
export const leftOutOf = (
  servers: readonly RunningServer[],
  scenarios: readonly string[],
): readonly LeftOut[] =>
  scenarios.includes('cold')
    ? servers.map(({ name }) => ({
        serving: name as LeftOut['serving'],
        reason: 'no cold scenario: it runs already, and nothing here starts it',
      }))
    : [];
