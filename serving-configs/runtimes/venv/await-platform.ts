import type { VenvProbe } from '../../manifest.ts';
import { awaitReady, poll } from '../ready.ts';
import { isListening, LOOPBACK } from '../ports.ts';

/** The ports of a run. */
export interface RunPorts {
  readonly rest: number;
  /** Undefined where the serving speaks no gRPC. */
  readonly grpc: number | undefined;
  /** The platform's own, by name. */
  readonly own: Readonly<Record<string, number>>;
}

/**
 * Where a platform is asked.
 * @throws Error where it has no port of that name.
 */
const probeBase = ({ port: name }: Pick<VenvProbe, 'port'>, ports: RunPorts): string => {
  const port = name === 'rest' ? ports.rest : ports.own[name];
  if (port === undefined) throw new Error(`no port is named "${name}"`);
  return `http://${LOOPBACK}:${port}`;
};

/**
 * Resolves when the platform answers, over all its protocols; returns `false` where that was given up before.
 * @param signal - Ends the waiting.
 */
export const awaitPlatform = async (
  probe: VenvProbe,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<boolean> => {
  await awaitReady(probeBase(probe, ports), probe, signal);
  const { grpc } = ports;
  if (grpc !== undefined) await poll(() => isListening(grpc), signal);
  return !signal.aborted;
};
