import type { SloSearch } from '../../lib/bench/plan/slo/search.ts';
import { recordedPaths } from './recorded-run.ts';

/** A search for p99 within 15 ms, in windows of 10 s. */
export const sloSearch = (more: Partial<SloSearch> = {}): SloSearch => {
  const [path] = recordedPaths();
  if (path === undefined) throw new Error('no path');
  return {
    id: 'slo-p99-15/x/onnx',
    path,
    engine: 'onnx',
    p99Ms: 15,
    warmupSeconds: 1,
    durationSeconds: 10,
    timeoutMs: 1000,
    repeat: 1,
    ...more,
  };
};
