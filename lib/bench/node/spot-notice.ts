import { setTimeout as sleep } from 'node:timers/promises';
import { createMetadataReader } from './instance-metadata.ts';

const POLL_MS = 5000;

/** That AWS takes the machine away, two minutes ahead of it. */
export interface SpotNotice {
  /** `terminate`, `stop` or `hibernate`. */
  readonly action: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Undefined where something else answered than the metadata service. */
const parse = (text: string): SpotNotice | undefined => {
  try {
    const value = JSON.parse(text) as Partial<SpotNotice> | null;
    return value?.action === undefined ? undefined : (value as SpotNotice);
  } catch {
    return undefined;
  }
};

/**
 * Watches for the interruption of a spot instance
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html) until the signal is aborted.
 * Where there is no metadata service, there is nothing to watch.
 */
export const watchSpotNotice = async (
  onNotice: (notice: SpotNotice) => void,
  signal: AbortSignal,
  { endpoint, pollMs = POLL_MS }: { readonly endpoint?: string; readonly pollMs?: number } = {},
): Promise<void> => {
  const read = createMetadataReader(endpoint);
  while (!signal.aborted) {
    // 404 as long as nothing is planned; anything else that is not an answer comes again in a moment.
    const text = await read('spot/instance-action').catch(() => undefined);
    const notice = text === undefined ? undefined : parse(text);
    if (notice !== undefined && !signal.aborted) return onNotice(notice);
    await sleep(pollMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
};
