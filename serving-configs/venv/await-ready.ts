import { setTimeout as sleep } from 'node:timers/promises';
import { sizeOfShape } from '../wire.ts';
import { isListening, LOOPBACK } from './ports.ts';
import type { ReadyProbe } from './venv-facts.ts';

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

/** The request that asks whether the model answers. */
export const probeRequest = (
  probe: ReadyProbe,
  ports: RunPorts,
  shape: readonly number[],
): { readonly url: string; readonly init: RequestInit } => {
  const port = probe.port === 'rest' ? ports.rest : ports.own[probe.port];
  if (port === undefined) throw new Error(`no port is named "${probe.port}"`);
  const url = `http://${LOOPBACK}:${port}${probe.path}`;
  if (probe.predict === undefined) return { url, init: { method: 'GET' } };
  return {
    url,
    init: {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(4 * sizeOfShape(shape)),
    },
  };
};

const answers = async (
  { url, init }: ReturnType<typeof probeRequest>,
  holds: string | undefined,
  signal: AbortSignal,
): Promise<boolean> => {
  try {
    const response = await fetch(url, {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
    });
    const text = await response.text();
    return response.status === 200 && (holds === undefined || text.includes(holds));
  } catch {
    return false;
  }
};

/**
 * Resolves when the platform answers, over all its protocols; returns `false` where that was given up before.
 * @param shape - Of the model's input.
 * @param signal - Ends the waiting.
 */
export const awaitReady = async (
  probe: ReadyProbe,
  ports: RunPorts,
  shape: readonly number[],
  signal: AbortSignal,
): Promise<boolean> => {
  const request = probeRequest(probe, ports, shape);
  const poll = async (isUp: () => Promise<boolean>): Promise<void> => {
    while (!signal.aborted && !(await isUp())) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  await poll(() => answers(request, probe.holds, signal));
  const { grpc } = ports;
  if (grpc !== undefined) await poll(() => isListening(grpc));
  return !signal.aborted;
};
