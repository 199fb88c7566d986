/** Servers that already run outside of this project: what our programs must know to send them requests. Pure data. */
import type { Encoding, Endpoint, Protocol, ServingManifest } from './manifest.ts';

/** How a server with JSON of its own is asked. */
export interface JsonContract {
  /** The body of a request, in which `{{NAME}}` stands for the values of an input. */
  readonly body: string;
  /** Of each output the JSON pointer to its values in the answer. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface RunningServer {
  /** Its id beside those of the servings. */
  readonly name: string;
  /** As the user gave it, without credentials. */
  readonly url: string;
  readonly protocol: Protocol;
  /** How it takes the named tensors of a user's model: at least one, the default first. */
  readonly encodings: readonly Encoding[];
  /**
   * - `open-inference`: the Open Inference Protocol, version 2;
   * - `application`: bodies of that protocol, as the applications of this project take them;
   * - `json`: JSON of its own.
   */
  readonly speaks: 'open-inference' | 'application' | 'json';
  /** Where requests go, from the root of the server; empty with gRPC. */
  readonly path: string;
  /** What it calls the model. */
  readonly model: string;
  /** Sent with each request over HTTP. They may be secrets, and are in no file of a run. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Present with JSON of its own. */
  readonly json?: JsonContract;
}

/** The variable that tells a program which servers run, as JSON. */
const VARIABLE = 'RUNNING_SERVERS';

/** Servers in the environment of a program. */
export const serversIn = (
  env: Readonly<Record<string, string | undefined>>,
): readonly RunningServer[] => JSON.parse(env[VARIABLE] || '[]') as RunningServer[];

/** The same for the environment of a child. */
export const serversVariable = (
  servers: readonly RunningServer[],
): Readonly<Record<string, string>> =>
  servers.length === 0 ? {} : { [VARIABLE]: JSON.stringify(servers) };

/** The server that takes its place for the no-op limit and the calibration: another address, the same requests. */
export const simulatedOf = (server: RunningServer): RunningServer => ({
  ...server,
  name: `${server.name}.simulated`,
});

/** Where it listens, whatever the protocol: `http://host:port`. */
export const originOf = ({ url }: Pick<RunningServer, 'url'>): string =>
  new URL(url.replace(/^grpc:/, 'http:')).origin;

/** What stands for the manifest of a serving. */
export const manifestOfServer = (server: RunningServer): ServingManifest => {
  const { name, protocol, encodings, model } = server;
  const port = Number(new URL(originOf(server)).port || 80);
  const nothing: Endpoint = { port, payloads: {}, defaultPayload: 'tensor' };
  const [encoding = 'json', ...others] = encodings;
  const endpoint: Endpoint = { ...nothing, tensors: [encoding, ...others] };
  return {
    title: name,
    version: 'unknown',
    inStudy: 'no',
    ...(protocol === 'rest' ? { rest: endpoint } : { rest: nothing, grpc: endpoint }),
    // Of what stands in its place for the no-op limit.
    health: { port, path: '/health' },
    model: { name: model, layout: 'NCHW', output: 'logits' },
    startTimeoutSeconds: 60,
  };
};
