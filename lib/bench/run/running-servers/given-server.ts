import { isServingName, runningServerOf } from '../../../../serving-configs/index.ts';
import { placeholdersIn } from '../../../../serving-configs/models/tensors/json-contract.ts';
import type { RunningServer } from '../../../../serving-configs/running-server.ts';
import { BenchError } from '../../model/errors.ts';
import type { LeftOut, ServedBy } from '../../model/plan.ts';
import type { DescribedServer } from '../../user-model/description.ts';
import { modelError, unknownName } from '../../user-model/read-description.ts';
import type { UserModel } from '../../user-model/user-model.ts';

/** A server of the command line. */
export interface NamedUrl {
  readonly name: string;
  readonly url: string;
}

/** A running server as the user names it. */
export interface GivenServer extends DescribedServer {
  readonly name: string;
}

export const SERVER_NAME = /^[a-z][a-z0-9_-]{0,39}$/;

const serverError = (message: string, hint: string): BenchError =>
  new BenchError('BENCH_TARGET', message, { hint });

/** Credentials of a URL become a header: no file and no output has them. */
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
  const isPossible = protocol === 'http:' || (protocol === 'grpc:' && /^\/?$/.test(pathname));
  if (isPossible) return;
  throw serverError(
    `${name} has the address ${url}`,
    'give http://HOST:PORT, with a path where it has one, or grpc://HOST:PORT; TLS is not supported',
  );
};

const assertName = ({ name }: NamedUrl): void => {
  if (!SERVER_NAME.test(name)) {
    throw serverError(
      `a running server cannot be called "${name}"`,
      'take lowercase letters, digits, - and _, a letter first',
    );
  }
  if (isServingName(name) && runningServerOf(name) === undefined) {
    throw serverError(
      `${name} is a serving of serving-compare`,
      `give the running server a name of its own, such as my-${name}`,
    );
  }
};

/** What a server with JSON of its own must say, and no other may. */
const assertContract = (
  { name, body, outputs }: GivenServer,
  model: Pick<UserModel, 'inputs' | 'outputs'>,
): void => {
  if (body === undefined && outputs === undefined) return;
  if (body === undefined || outputs === undefined) {
    throw modelError(
      `servers.${name} has ${body === undefined ? 'outputs without a body' : 'a body without outputs'}`,
      'give both: what is sent, and where the outputs are in the answer',
    );
  }
  const inputs = model.inputs.map((input) => input.name);
  const wrong = placeholdersIn(body).find((one) => !inputs.includes(one));
  if (wrong !== undefined) {
    throw unknownName(`servers.${name}.body: there is no input`, wrong, inputs);
  }
  const names = model.outputs.map((output) => output.name);
  const strange = Object.keys(outputs).find((one) => !names.includes(one));
  if (strange !== undefined) {
    throw unknownName(`servers.${name}.outputs: there is no output`, strange, names);
  }
  const missing = names.find((one) => !Object.hasOwn(outputs, one));
  if (missing !== undefined) {
    throw modelError(
      `servers.${name}.outputs does not say where "${missing}" is in the answer`,
      `give a JSON pointer: servers.${name}.outputs: { ${missing}: /${missing} }`,
    );
  }
};

/**
 * The running servers of a description, and those of the command line, which may give one of them another address.
 *
 * @throws BenchError if one of them cannot be asked like that.
 */
export const givenServers = (
  named: readonly NamedUrl[],
  { servers, ...model }: Pick<UserModel, 'servers' | 'inputs' | 'outputs'>,
): readonly GivenServer[] => {
  const given = new Map<string, GivenServer>();
  for (const [name, server] of Object.entries(servers)) given.set(name, { ...server, name });
  for (const { name, url } of named) given.set(name, { ...given.get(name), name, url });
  return [...given.values()].map((server) => {
    assertName(server);
    assertUrl(server);
    assertContract(server, model);
    return withoutCredentials(server);
  });
};

const otherServers = (reason: string): BenchError =>
  new BenchError('BENCH_OTHER_PLAN', `the run cannot be resumed: ${reason}`, {
    hint: 'give the running servers with which it began, or none, or start a new run',
  });

/**
 * The servers of a plan that is resumed, with what is in no file of it.
 *
 * @throws BenchError if other ones are given.
 */
export const resumedServers = (
  planned: readonly RunningServer[],
  given: readonly GivenServer[],
): readonly RunningServer[] => {
  for (const { name, url, body, outputs } of given) {
    const server = planned.find((one) => one.name === name);
    if (server === undefined) throw otherServers(`it began without the running server ${name}`);
    if (server.url !== url) {
      throw otherServers(`${name} was at ${server.url}, and is now given at ${url}`);
    }
    const before = JSON.stringify([server.json?.body, server.json?.outputs]);
    if (body !== undefined && before !== JSON.stringify([body, outputs])) {
      throw otherServers(`${name} began with another body, or with other pointers to its outputs`);
    }
  }
  return planned.map((server) => {
    const headers = given.find(({ name }) => name === server.name)?.headers;
    return headers === undefined ? server : { ...server, headers };
  });
};

/** Where TensorFlow's servers are asked, as they were detected or as the user describes. */
const COLUMNS = /\/v1\/models\/[^/]+:predict$/;

const SPEAKS: Readonly<Record<RunningServer['speaks'], string>> = {
  'open-inference': 'the Open Inference Protocol',
  application: 'bodies of the Open Inference Protocol',
  json: 'JSON of its own',
};

/** What a plan says of running servers: who answers, and nothing of their headers. */
export const plannedServers = (servers: readonly RunningServer[]) => ({
  servers: servers.map((server): RunningServer => {
    const { headers: _, ...shown } = server;
    return shown;
  }),
  served: Object.fromEntries(
    servers.map(({ name, url, speaks, path }): [string, ServedBy] => [
      name,
      {
        platform: 'a running server',
        engine: 'what it has',
        real: true,
        running: `${url}, asked with ${COLUMNS.test(path) ? 'TensorFlow’s JSON in columns' : SPEAKS[speaks]}`,
      },
    ]),
  ),
});

/** What is left out of a plan because servers run already. */
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
