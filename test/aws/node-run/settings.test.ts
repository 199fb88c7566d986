import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import type { PlanOverrides } from '../../../lib/bench/model/plan-options.ts';
import { readRunFolder, type RunData } from '../../../lib/bench/results/run-folder.ts';
import { SINGLE } from '../../../serving-configs/settings.ts';
import { closed, isCompleted } from '../../support/recorded-run.ts';
import { requestedRun } from '../../support/requested-run.ts';
import type { NodePair } from './node-pair.ts';
import { statusIn } from './run-state.ts';
import { useNodePair } from './use-node-pair.ts';

let pair: NodePair;
useNodePair((created) => {
  ({ pair } = created);
});

/** A server that takes images as they are, which costs the rig little. Its batches take hardly longer than single requests. */
const small: PlanOverrides = {
  servings: ['torchserve'],
  engine: 'delay',
  delayPerInputMs: 1,
  payloads: ['image'],
  loadGenerator: 'embedded',
  noopLimits: 'none',
  repeats: 1,
  warmupSeconds: 0,
};
const BATCHES = { ...SINGLE, maxBatch: 8 };

/** Runs a request of the operator. */
const ran = async (runId: string, overrides: PlanOverrides): Promise<RunData> => {
  const request = requestedRun(runId, { ...small, ...overrides }, [1]);
  await pair.put(runKeys.request(runId), request);
  const bench = pair.startRun(runId, '');
  const exitCode = await bench.ended;

  expect({ exitCode, stderr: bench.stderr() }).toMatchObject({ exitCode: 0 });
  const { state, measurements } = statusIn(bench.folder);
  expect({ state, left: measurements.total - measurements.completed }).toEqual({
    state: 'completed',
    left: 0,
  });
  return readRunFolder(bench.folder);
};

describe('servings of a node with settings', () => {
  it('are started with those of each target, and measured under their names', async () => {
    const { records } = await ran('grid', {
      delayMs: 25,
      scenarios: ['warm'],
      levels: [closed(8)],
      bypassSeconds: 0,
      durationSeconds: 1,
      settings: { maxBatch: [1, 8] },
    });
    const rates = new Map(
      records
        .filter(isCompleted)
        .map(({ measurement: { target }, load }) => [
          JSON.stringify(target.settings),
          load.requestRatePerSecond,
        ]),
    );
    const [single = Number.NaN, batches] = [SINGLE, BATCHES].map((settings) =>
      rates.get(JSON.stringify(settings)),
    );

    expect(rates.size).toBe(2);
    expect(batches).toBeGreaterThan(1.5 * single);
  });

  it('are searched by their pair for the best ones, which it measures afresh', async () => {
    const { tuning } = summarise(
      await ran('search', {
        profile: 'tune',
        delayMs: 1,
        sloP99Ms: [100],
        durationSeconds: 0.3,
        // The first request of a batch waits for too long.
        settings: { maxBatch: [8], batchDelayMs: [150] },
      }),
    );
    const [server] = tuning?.servers ?? [];
    const [out] = server?.out ?? [];

    expect(tuning?.isOver).toBe(true);
    expect(out).toMatchObject({
      settings: { ...BATCHES, batchDelayMs: 150 },
      reason: { code: 'too-slow' },
    });
    expect(out?.reason.code === 'too-slow' && out.reason.p50Ms).toBeGreaterThan(150);
    expect(server?.finals.map(({ settings }) => settings)).toEqual(['default']);
  });
});
