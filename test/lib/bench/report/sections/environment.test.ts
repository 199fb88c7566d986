import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { AwsPair } from '../../../../../lib/bench/model/environment.ts';
import { environmentSection } from '../../../../../lib/bench/report/sections/environment.ts';
import { publishedRun, studySeries } from '../../../../support/published-run.ts';
import { recordedEnvironment, recordedRun } from '../../../../support/recorded-run.ts';

const linesOf = (summary: Summary): ReadonlyMap<string, string> => {
  const [block] = environmentSection(summary).blocks;
  if (block?.kind !== 'list') throw new Error('no list');
  return new Map(block.items.map(({ name = '', text }) => [name, text]));
};

const settingOf = (protocol: 'rest' | 'grpc', profile: 'study-rig' | 'replicate-2021') =>
  linesOf(summarise(publishedRun(studySeries(protocol, 'cold'), undefined, { profile }))).get(
    'Middleware set',
  );

const { machine } = recordedEnvironment;
const pair: AwsPair = {
  pair: 1,
  since: '2026-01-01T00:00:00.000Z',
  availabilityZone: 'us-east-1a',
  pricePerHourUsd: 0.696,
  serving: {
    instanceId: 'i-1',
    instanceType: 'g4dn.xlarge',
    amiId: 'ami-1',
    lifecycle: 'spot',
    bootstrapVersion: 'b'.repeat(64),
    machine,
    gpu: { name: 'Tesla T4', driver: '595.71', memoryMiB: 15_360 },
  },
  middleware: {
    instanceId: 'i-2',
    instanceType: 'c5.xlarge',
    bootstrapVersion: 'b'.repeat(64),
    machine,
  },
};

describe('the environment of a run', () => {
  it('has the settings of the middleware for the servings of the plan', () => {
    expect(settingOf('grpc', 'study-rig')).toBe(
      '1 process; one request at a time to Triton (PyTorch), Triton (TensorFlow); a new gRPC channel for each call to TorchServe, TensorFlow Serving; REST requests time out after 10 s; the middleware picks the images; clients send none',
    );
    expect(settingOf('rest', 'study-rig')).not.toContain('channel');
  });

  it('names the network and its weights before their file', () => {
    const run = publishedRun(studySeries('rest', 'warm'));
    const model = { ...run.plan.model, title: 'Small-Net, weights of x' };
    const summary = summarise({ ...run, plan: { ...run.plan, model } });

    expect(linesOf(summary).get('Model')).toMatch(/^Small-Net, weights of x; (not )?trained/);
  });

  it('leaves out default settings of the middleware', () => {
    expect(settingOf('rest', 'replicate-2021')).toBeUndefined();
  });

  it('names each pair on AWS with its machines, its price and its images', () => {
    const summary = summarise(recordedRun({ repeats: 1 }));
    const aws = { deployment: 'study', region: 'us-east-1', images: { one: 'name@sha256:aa' } };
    const lines = linesOf({
      ...summary,
      environment: { ...summary.environment, aws: { ...aws, pairs: [pair] } },
    });

    expect(lines.get('Where')).toMatch(/\bus-east-1\b.*\bstudy\b/);
    expect(lines.get('Container image of one')).toBe('name@sha256:aa');
    expect(lines.get('Pair 1')).toMatch(
      /^us-east-1a; .*g4dn\.xlarge i-1, ami-1, spot, Tesla T4, .*595\.71, .*; .*c5\.xlarge i-2, .*; \$0\.696 /,
    );
    expect(lines.has('Machine')).toBe(false);
  });
});
