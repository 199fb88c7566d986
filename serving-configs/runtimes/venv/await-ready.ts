import { setTimeout as sleep } from 'node:timers/promises';
import { askReady } from '../ready.ts';
import { isListening, LOOPBACK } from './ports.ts';
import type { VenvProbe } from './venv-facts.ts';

/** The ports of a run. */
export interface RunPorts {
  readonly rest: number;
  /** Undefined where the serving speaks no gRPC. */
  readonly grpc: number | undefined;
  /** The platform's own, by name. */
  readonly own: Readonly<Record<string, number>>;
}

const POLL_MS = 50;
/** A health that does not answer in this time is asked again; a first prediction may take long. */
const ASK_MS = 10_000;

/**
 * Where a platform is asked.
 * @throws Error where it has no port of that name.
 */
export const probeBase = ({ port: name }: Pick<VenvProbe, 'port'>, ports: RunPorts): string => {
  const port = name === 'rest' ? ports.rest : ports.own[name];
  if (port === undefined) throw new Error(`no port is named "${name}"`);
  return `http://${LOOPBACK}:${port}`;
};

/**
 * Resolves when the platform answers, over all its protocols; returns `false` where that was given up before.
 * @param signal - Ends the waiting.
 */
export const awaitReady = async (
  probe: VenvProbe,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<boolean> => {
  const base = probeBase(probe, ports);
  const poll = async (isUp: () => Promise<boolean>): Promise<void> => {
    while (!signal.aborted && !(await isUp())) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  await poll(async () => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);
    return (await askReady(base, probe, limit)).ready;
  });
  const { grpc } = ports;
  if (grpc !== undefined) await poll(() => isListening(grpc));
  return !signal.aborted;
};
