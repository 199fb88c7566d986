import { Pool } from 'undici';

/** Latency that the middleware adds, without decoding and the serving. */
export interface AddedLatency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const durationOf = (serverTiming: string, phase: string): number =>
  Number(new RegExp(`${phase};dur=([\\d.]+)`).exec(serverTiming)?.[1] ?? Number.NaN);

/** Sends one request after another and subtracts the phases `decode` and `upstream` from the latency of each. */
export const addedLatency = async (
  url: string,
  contentType: string,
  body: Buffer,
  requests: number,
): Promise<AddedLatency> => {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const added: number[] = [];
  const warmUp = Math.ceil(requests / 10);
  for (let count = 0; count < warmUp + requests; count += 1) {
    const sentMs = performance.now();
    const answer = await pool.request({
      path: pathname + search,
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    await answer.body.text();
    const latencyMs = performance.now() - sentMs;
    const timing = String(answer.headers['server-timing']);
    if (count < warmUp) continue;
    added.push(latencyMs - durationOf(timing, 'decode') - durationOf(timing, 'upstream'));
  }
  await pool.close();
  added.sort((a, b) => a - b);
  const at = (share: number): number => added[Math.ceil(share * added.length) - 1] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
};
