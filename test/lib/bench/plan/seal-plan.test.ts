import { buildMeasurements } from '../../../../lib/bench/plan/build-plan.ts';
import { buildTargets } from '../../../../lib/bench/plan/build-targets.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { plannedResnet50 } from '../../../support/planned-models.ts';
import type { RunningServer } from '../../../../serving-configs/running-server.ts';
import { planHash, sealPlan, type PlanParts } from '../../../../lib/bench/plan/seal-plan.ts';

const parts = (extra: Partial<PlanParts> = {}): PlanParts => {
  const options = resolvePlanOptions({ seed: 3 });
  const targets = buildTargets(options, false);
  return {
    options,
    settings: {},
    targets,
    measurements: buildMeasurements(targets, options),
    images: [{ file: 'cat.jpg', sha256: 'aa' }],
    model: plannedResnet50,
    createdAt: new Date('2026-01-02T03:04:05Z'),
    ...extra,
  };
};
/** The options of the other tests, with middleware settings. */
const studyRig = {
  seed: 3,
  middleware: {
    processes: 1,
    restTimeoutMs: 10_000,
    blockingServings: [],
    channelPerCallServings: [],
    imagesDrawnBy: 'client',
  },
} as const;

const hash = (extra?: Partial<PlanParts>): string => sealPlan(parts(extra)).hash;

describe('The hash of a plan', () => {
  it('does not cover paths and times', () => {
    expect(
      hash({
        createdAt: new Date(0),
        settings: { imagesDir: '/elsewhere', processes: 7 },
        model: { ...plannedResnet50, file: '/elsewhere/model.onnx', title: 'another name' },
      }),
    ).toBe(hash());
  });

  it.each([
    ['another image', { images: [{ file: 'cat.jpg', sha256: 'ab' }] }],
    ['another model', { model: { ...parts().model, sha256: 'bc' } }],
    ['another order of the measurements', { measurements: parts().measurements.toReversed() }],
    ['another load generator', { options: resolvePlanOptions({ seed: 3, loadGenerator: 'k6' }) }],
    [
      'a bypass run',
      {
        measurements: parts().measurements.map((measurement) => ({
          ...measurement,
          bypassSeconds: 1,
        })),
      },
    ],
    ['another runtime', { host: { where: 'local', runtime: 'venv' } as const }],
    [
      'other software',
      { served: { torchserve: { platform: 'TorchServe 0.12.0', engine: 'x', real: true } } },
    ],
    ['other middleware settings', { options: resolvePlanOptions(studyRig) }],
    ['another delay', { options: resolvePlanOptions({ seed: 3, delayMs: 15 }) }],
    ['another seed', { options: resolvePlanOptions({ seed: 4 }) }],
  ])('differs for %s', (_, extra) => {
    expect(hash(extra)).not.toBe(hash());
  });

  it('stays the same when the plan is written and read', () => {
    const plan = sealPlan(parts());

    expect(planHash(JSON.parse(JSON.stringify(plan)) as typeof plan)).toBe(plan.hash);
  });
});

it('A plan holds no headers of its running servers, which may be secrets', () => {
  const server: RunningServer = {
    name: 'mine',
    url: 'http://localhost:9000/predict',
    protocol: 'rest',
    encodings: ['json'],
    speaks: 'application',
    path: '/predict',
    model: 'net',
  };
  const given = { ...server, headers: { authorization: 'Bearer x' } };

  expect(sealPlan(parts({ servers: [given] })).servers).toEqual([server]);
});
