import { withPair } from '../../../../lib/bench/on-node/describe-pair.ts';
import { readNodeSettings } from '../../../../lib/bench/on-node/node-settings.ts';
import type { PlannedModel } from '../../../../lib/bench/model/plan.ts';
import type { NodeFacts } from '../../../../lib/aws/contract/machine-facts.ts';
import type { ServingState } from '../../../../lib/aws/contract/serving-state.ts';
import { plannedResnet50 } from '../../../support/planned-models.ts';
import { recordedEnvironment, recordedTargets } from '../../../support/recorded-run.ts';
import { servingNames } from '../../../../serving-configs/index.ts';

const firstServing: string = servingNames[0] ?? '';

/** The environment of a runner on a middleware node. */
const nodeVariables: Readonly<Record<string, string>> = {
  SC_DEPLOYMENT: 'study',
  SC_ROLE: 'middleware',
  SC_PAIR: '2',
  SC_REGION: 'us-east-1',
  SC_AVAILABILITY_ZONE: 'us-east-1b',
  SC_BUCKET: 'results',
  SC_RUNTIME: 'container',
  SC_SERVINGS: servingNames.join(','),
  SC_PRICE_PER_HOUR: '0.72',
  SC_BOOTSTRAP_VERSION: 'a'.repeat(64),
  SC_COMMIT: 'c'.repeat(40),
  SC_IMAGES: JSON.stringify({ [firstServing]: 'name@sha256:aa', other: 'other@sha256:bb' }),
  SC_SERVING_HOST: '10.0.0.7',
  SC_SERVING_INSTANCE: 'i-0123456789abcdef0',
  SC_DOCUMENTS: JSON.stringify({
    StartServing: 'start',
    StopServing: 'stop',
    InspectServing: 'inspect',
    DisturbServing: 'disturb',
    EndNode: 'end',
  }),
};

const settings = readNodeSettings(nodeVariables);
const machine = (instanceId: string): NodeFacts => ({
  instanceId,
  instanceType: 'g4dn.xlarge',
  amiId: 'ami-1',
  lifecycle: 'spot',
  bootstrapVersion: 'v1',
  machine: { ...recordedEnvironment.machine, cores: 4, kernel: '6' },
  gpu: { name: 'GPU', driver: '595', memoryMiB: 16_000 },
});
const containers: ServingState['prepared'] = {
  accelerator: 'gpu',
  model: { sha256: plannedResnet50.sha256, weights: 'ResNet-50', trained: true },
  servings: {
    [firstServing]: { image: 'name@sha256:aa' },
    unmeasured: { image: 'name@sha256:bb' },
    broken: { problem: 'it ended' },
  },
};
const describePair = (
  known = recordedEnvironment,
  {
    serving = 'i-serving',
    isContainer = true,
    commit = settings.commit,
    node = settings,
    model = plannedResnet50,
  }: {
    model?: PlannedModel;
    serving?: string;
    isContainer?: boolean;
    commit?: string;
    node?: typeof settings;
  } = {},
) =>
  withPair(
    known,
    { ...node, commit },
    { targets: recordedTargets(), model },
    {
      state: 'active',
      node: machine(serving),
      ...(isContainer ? { prepared: containers } : {}),
    },
    machine('i-middleware'),
    new Date(6000),
  );

describe('the environment of a node pair', () => {
  it('holds both machines, their costs, their zones and how their clocks differ', () => {
    expect(describePair()).toMatchObject({
      where: 'aws',
      aws: {
        deployment: 'study',
        region: 'us-east-1',
        pairs: [
          {
            pair: 2,
            since: '1970-01-01T00:00:06.000Z',
            availabilityZone: 'us-east-1b',
            pricePerHourUsd: 0.72,
            serving: {
              instanceId: 'i-serving',
              amiId: 'ami-1',
              lifecycle: 'spot',
              gpu: { driver: '595' },
              machine: { cores: 4, kernel: '6' },
            },
            middleware: { instanceId: 'i-middleware' },
          },
        ],
      },
    });
  });

  it('has no price if none is listed', () => {
    const node = { ...settings, pricePerHourUsd: undefined };
    const { aws } = describePair(recordedEnvironment, { node });

    expect(aws?.pairs[0]).not.toHaveProperty('pricePerHourUsd');
    expect(aws?.pairs[0]).not.toHaveProperty('priceDate');
  });

  it('names the images of the servings that the plan measures, what they compute on and their weights', () => {
    expect(describePair().aws).toMatchObject({
      images: { [firstServing]: 'name@sha256:aa' },
      accelerator: 'gpu',
      weights: 'ResNet-50',
    });
  });

  it("names no weights with a user's model, which the nodes did not make", () => {
    const { aws } = describePair(recordedEnvironment, {
      model: { ...plannedResnet50, kind: 'given', name: 'two', sha256: 'cd'.repeat(32) },
    });

    expect(aws).toMatchObject({ accelerator: 'gpu' });
    expect(aws?.weights).toBeUndefined();
  });

  it('names no image, accelerator or weights with the simulated server', () => {
    const { aws } = describePair(recordedEnvironment, { isContainer: false });

    expect(aws?.images).toEqual({});
    expect(aws?.accelerator).toBeUndefined();
    expect(aws?.weights).toBeUndefined();
  });

  it('has the commit of the bundle, or keeps the known one if the bundle has none', () => {
    const hash = 'c'.repeat(40);

    expect(describePair().commit).toEqual({ hash, dirty: false });
    expect(describePair(recordedEnvironment, { commit: `${hash}-dirty` }).commit).toEqual({
      hash,
      dirty: true,
    });
    expect(describePair(recordedEnvironment, { commit: '' }).commit).toEqual(
      recordedEnvironment.commit,
    );
  });

  it('stays as it is when the same nodes continue, and gets a second entry when others do', () => {
    const once = describePair();

    expect(describePair(once)).toEqual(once);
    expect(
      describePair(once, { serving: 'i-other' }).aws?.pairs.map(
        ({ serving }) => serving.instanceId,
      ),
    ).toEqual(['i-serving', 'i-other']);
  });
});
