/** Servers that users started themselves: what our programs need to know to send them requests. Pure data. */
import {
  array,
  described,
  object,
  oneOf,
  optional,
  dictionary,
  string,
  type Static,
} from './schema.ts';
import { ENCODINGS, PROTOCOLS, type Endpoint, type ServingManifest } from './manifest.ts';

export const jsonContractSchema = object(
  {
    body: string('The body of a request, in which `{{NAME}}` stands for the values of an input.'),
    outputs: dictionary(string(), 'JSON pointers to the values in the answer, by output.'),
  },
  'Requests and answers of a server with its own JSON format.',
);
export interface JsonContract extends Static<typeof jsonContractSchema> {}

export const runningServerSchema = object({
  name: string('The id of the server, used like that of a serving.'),
  url: string('The URL that the user gave, without credentials.'),
  protocol: oneOf(PROTOCOLS),
  encodings: array(
    oneOf(ENCODINGS),
    "The encodings that it accepts for the named tensors of a user's model: at least one, the default first.",
  ),
  speaks: oneOf(
    ['open-inference', 'application', 'json'],
    '- `open-inference`: the Open Inference Protocol, version 2;\n- `application`: bodies of that protocol at any path, as the applications of this project take them;\n- `json`: its own JSON format.',
  ),
  path: string('The absolute path of requests on the server; empty with gRPC.'),
  model: string("The server's name for the model."),
  headers: optional(
    dictionary(
      string(),
      'Headers of every HTTP request. They may be secrets, so no file of a run contains them.',
    ),
  ),
  caFile: optional(
    string(
      'Absolute path of a PEM file with the certificates of authorities to trust. A plan has it in its settings instead.',
    ),
  ),
  json: optional(described(jsonContractSchema, 'Present only if the server speaks `json`.')),
});
export interface RunningServer extends Static<typeof runningServerSchema> {}

/** The environment variable that passes the running servers to our programs, as JSON. */
const VARIABLE = 'RUNNING_SERVERS';

/** The running servers that the environment of a program names. */
export const serversIn = (
  env: Readonly<Record<string, string | undefined>>,
): readonly RunningServer[] => JSON.parse(env[VARIABLE] || '[]') as RunningServer[];

/** The environment variable of a child process, from which {@link serversIn} reads the servers. */
export const serversVariable = (
  servers: readonly RunningServer[],
): Readonly<Record<string, string>> =>
  servers.length === 0 ? {} : { [VARIABLE]: JSON.stringify(servers) };

/** The simulated server that takes the place of a running one for the no-op limit and the calibration. It gets the same requests. */
export const simulatedOf = <Named extends { readonly name: string }>(server: Named): Named => ({
  ...server,
  name: `${server.name}.simulated`,
});

/** The origin of a server as `http://host:port` or `https://host:port`, with gRPC too. */
export const originOf = ({ url }: Pick<RunningServer, 'url'>): string =>
  new URL(url.replace(/^grpc(s?):/, 'http$1:')).origin;

/** What stands for a manifest, so that a running server can be measured like a serving. */
export const manifestOfServer = (server: RunningServer): ServingManifest => {
  const { name, protocol, encodings, model } = server;
  const port = Number(new URL(originOf(server)).port || 80);
  const unused: Endpoint = { port, payloads: {}, defaultPayload: 'tensor' };
  const [encoding = 'json', ...otherEncodings] = encodings;
  const endpoint: Endpoint = { ...unused, tensors: [encoding, ...otherEncodings] };
  return {
    title: name,
    version: 'unknown',
    inStudy: 'no',
    ...(protocol === 'rest' ? { rest: endpoint } : { rest: unused, grpc: endpoint }),
    // The health route of the simulated server that replaces it. The running server is not asked for its health.
    health: { port, path: '/health' },
    model: { name: model, layout: 'NCHW', output: 'logits' },
    startTimeoutSeconds: 60,
  };
};
