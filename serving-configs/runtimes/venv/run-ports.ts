import type { ServingManifest, VenvFacts, VenvProbe } from '../../manifest.ts';
import { choosePorts, LOOPBACK, type RequestedPorts } from '../ports.ts';

/** The ports of a platform that runs from packages. */
export interface RunPorts {
  readonly rest: number;
  /** Undefined if the serving has no gRPC. */
  readonly grpc: number | undefined;
  /** Further ports of the platform, by name. */
  readonly further: Readonly<Record<string, number>>;
}

/**
 * Chooses the ports of a run.
 */
export const chooseRunPorts = async (
  { grpc }: ServingManifest,
  { ports: names = [] }: VenvFacts,
  requested: RequestedPorts,
): Promise<RunPorts> => {
  const [rest = 0, grpcPort, ...further] = await choosePorts([
    requested.rest,
    grpc === undefined ? 0 : requested.grpc,
    ...names.map(() => 0),
  ]);
  return {
    rest,
    grpc: grpc === undefined ? undefined : grpcPort,
    further: Object.fromEntries(names.map((name, index) => [name, further[index] ?? 0])),
  };
};

/**
 * The base URL of the port that a probe or a call names.
 * @throws Error if there is no such port.
 */
export const probeUrl = ({ port: name }: Pick<VenvProbe, 'port'>, ports: RunPorts): string => {
  const { rest, grpc, further } = ports;
  const port = { ...further, rest, grpc }[name];
  if (port === undefined) throw new Error(`no port is named "${name}"`);
  return `http://${LOOPBACK}:${port}`;
};

/** The URL of a platform's statistics. If their port is not that of REST, it is the further port `metrics`. */
export const statisticsUrl = (
  { statistics, rest }: ServingManifest,
  ports: RunPorts,
): string | undefined => {
  if (statistics === undefined) return undefined;
  const port = statistics.port === rest.port ? ports.rest : ports.further['metrics'];
  return port === undefined ? undefined : `http://${LOOPBACK}:${port}${statistics.path}`;
};
