import type { LoadJob } from '../../../lib/bench/load/job.ts';
import type { LoadResult } from '../../../lib/bench/model/load-result.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import { runOwnLoad } from '../own-load.ts';
import { runPerfAnalyzer, type Finding } from './perf-analyzer.ts';
import { targetOver, signal, withMiddleware, type Rig } from './rig.ts';

/** Windows of perf_analyzer that must agree. */
const WINDOWS = 3;

/** Where our load generator sends its requests, and what. */
export type Sending = Pick<LoadJob, 'url' | 'protocol' | 'images' | 'headers'>;

/** A closed loop of our load generator, as long as the windows of perf_analyzer are together. */
export const sendLoad = (
  { windowSeconds }: Rig,
  sending: Sending,
  virtualUsers: number,
): Promise<LoadResult> =>
  runOwnLoad('embedded', {
    ...sending,
    level: { loop: 'closed', virtualUsers },
    durationSeconds: WINDOWS * windowSeconds,
    expect: 'status',
  });

/** Our load generator straight at the server. */
export const ours = async (
  rig: Rig,
  protocol: Protocol,
  virtualUsers: number,
): Promise<Finding & { readonly toolMs: number }> => {
  const encoded = await withMiddleware(rig, 1, ({ url }) =>
    rig.requests.of(url, targetOver(rig, protocol), signal),
  );
  const url = rig.urls[protocol] + encoded.target;
  const { headers, files: images } = encoded;
  const sending = { url, protocol, images, headers };
  const { requestRatePerSecond, latency, succeeded, self } = await sendLoad(
    rig,
    sending,
    virtualUsers,
  );
  const { p50Ms, p99Ms } = latency;
  return { ratePerSecond: requestRatePerSecond, p50Ms, p99Ms, toolMs: self.cpuMs / succeeded };
};

/** perf_analyzer straight at the server. */
export const theirs = (
  { serving, urls, windowSeconds }: Rig,
  protocol: Protocol,
  concurrency: number,
): Promise<Finding> =>
  runPerfAnalyzer({
    address: new URL(urls[protocol]).host,
    protocol,
    model: manifestOf(serving).model.name,
    concurrency,
    windowSeconds,
  });
