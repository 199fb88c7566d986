import { basename } from 'node:path';
import { servingTitle, type ServingName } from '../../../../serving-configs/index.ts';
import type { Protocol } from '../../../../serving-configs/manifest.ts';
import type { TensorSpec } from '../../../../serving-configs/models/tensors/tensor-spec.ts';
import type { NodeFacts } from '../../../aws/contract/machine-facts.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { AwsPair, Environment } from '../../model/environment.ts';
import type { PlannedModel, ServedBy } from '../../model/plan.ts';
import { counted, joined } from '../../wording/format-number.ts';
import { machineText, systemText } from '../../wording/machine-text.ts';
import { modelTitle } from '../../wording/statement.ts';
import { list, named } from '../blocks.ts';
import type { Section } from '../model.ts';

const HASH_DIGITS = 12;

const nodeText = (role: string, { machine, gpu, ...node }: NodeFacts): string =>
  joined(
    ', ',
    `${role} ${node.instanceType} ${node.instanceId}`,
    node.amiId,
    node.lifecycle === 'spot' && 'spot',
    gpu && `${gpu.name}, driver ${gpu.driver}`,
    machineText(machine),
    systemText(machine),
    `bootstrap ${node.bootstrapVersion.slice(0, HASH_DIGITS)}`,
  );

const pairText = (pair: AwsPair): string =>
  joined(
    '; ',
    pair.availabilityZone,
    nodeText('serving', pair.serving),
    nodeText('middleware', pair.middleware),
    pair.pricePerHourUsd === undefined ? 'price not known' : `$${pair.pricePerHourUsd} an hour`,
  );

/** Texts by name; those that are not texts are left out. */
type ShownFacts = Readonly<Record<string, string | false | undefined>>;

/** The machine of a local run, or the node pairs on AWS with their weights and images. */
const machineFacts = ({ machine, aws }: Environment): ShownFacts => {
  if (aws === undefined) return { Machine: `${machineText(machine)}, ${systemText(machine)}` };
  // A pair whose instances were replaced has several entries.
  const isReplaced = (pair: number): boolean =>
    aws.pairs.filter((other) => other.pair === pair).length > 1;
  const nameOf = ({ pair, since }: AwsPair): string =>
    `Pair ${pair}${isReplaced(pair) ? ` from ${since} on` : ''}`;
  const images = Object.entries(aws.images);
  return {
    ...Object.fromEntries(aws.pairs.map((pair) => [nameOf(pair), pairText(pair)])),
    Weights: aws.weights,
    ...Object.fromEntries(
      images.map(([serving, image]) => [`Container image of ${serving}`, image]),
    ),
  };
};

/** What answered for each serving, unless it was the simulated server. */
const servedFacts = ({ served = {} }: Summary['plan']): ShownFacts =>
  Object.fromEntries(
    (Object.entries(served) as [ServingName, ServedBy][]).map(
      ([serving, { platform, engine, real, note, image, running }]) => [
        servingTitle(serving),
        running === undefined
          ? joined(
              '; ',
              `${platform}, ${real ? 'the real server' : 'a stand-in for it'}`,
              `computes with ${engine}`,
              note,
              image && `container image ${image}`,
            )
          : `${platform}: ${running}`,
      ],
    ),
  );

/** The settings of the middleware in the plan; undefined if it has the defaults. */
const middlewareText = ({ options, targets }: Summary['plan']): string | undefined => {
  if (options.middleware === undefined) return undefined;
  const { processes, restTimeoutMs, imagesDrawnBy, ...servings } = options.middleware;
  const titles = (names: readonly ServingName[], protocol?: Protocol): string =>
    names
      .filter((name) =>
        targets.some(
          (target) => target.serving === name && target.protocol === (protocol ?? target.protocol),
        ),
      )
      .map((name) => servingTitle(name))
      .join(', ');
  const blocking = titles(servings.blockingServings);
  const perCall = titles(servings.channelPerCallServings, 'grpc');
  return joined(
    '; ',
    counted(processes, 'process', 'processes'),
    blocking && `one request at a time to ${blocking}`,
    perCall && `a new gRPC channel for each call to ${perCall}`,
    `REST requests time out after ${restTimeoutMs / 1000} s`,
    imagesDrawnBy === 'middleware' && 'the middleware picks the images; clients send none',
  );
};

/** Tensors of a user's model, with `?` for the size of an open dimension. */
const tensorsText = (verb: string, tensors: readonly TensorSpec[]): string =>
  `${verb} ${tensors
    .map(
      ({ name, datatype, shape }) =>
        `${name} ${datatype} [${shape.join(', ').replaceAll('-1', '?')}]`,
    )
    .join(' and ')}`;

const WEIGHTS: Readonly<Record<PlannedModel['weights'], string | undefined>> = {
  trained: 'trained',
  random: 'not trained (trained: false)',
  given: undefined,
};

/** What there is to say of a kind of model and of its requests. */
const kindFacts: Readonly<
  Record<
    PlannedModel['kind'],
    (plan: Summary['plan']) => { readonly ofModel: readonly string[]; readonly facts: ShownFacts }
  >
> = {
  built: ({ images }) => ({
    ofModel: [],
    facts: { Images: images.map((image) => image.file).join(', ') },
  }),
  given: ({ model, images }) => ({
    ofModel: [tensorsText('takes', model.inputs), tensorsText('answers', model.outputs)],
    facts: { Inputs: counted(images.length, 'request') },
  }),
};

const modelText = ({ plan }: Summary, ofModel: readonly string[]): string => {
  const { weights, file, sha256, otherFormats, precisions = {} } = plan.model;
  return joined(
    '; ',
    modelTitle(plan),
    WEIGHTS[weights],
    ...ofModel,
    basename(file),
    sha256 && `SHA-256 ${sha256}`,
    ...Object.entries(otherFormats).map(([format, hash]) => `${format} SHA-256 ${hash}`),
    ...Object.entries(precisions).map(([name, { sha256: hash }]) => `${name} SHA-256 ${hash}`),
  );
};

const commitText = ({ commit }: Environment): string =>
  commit === null
    ? 'not in a git checkout'
    : commit.hash + (commit.dirty ? ', with uncommitted changes' : '');

const factsOf = (summary: Summary): ShownFacts => {
  const { environment, plan } = summary;
  const { aws, versions, processes } = environment;
  const { loadGenerator } = plan.options;
  const { ofModel, facts } = kindFacts[plan.model.kind](plan);
  return {
    Where: joined(
      ', ',
      plan.where,
      aws && `region ${aws.region}, deployment ${aws.deployment}`,
      `runtime ${plan.runtime}`,
    ),
    When: plan.createdAt,
    ...machineFacts(environment),
    ...servedFacts(plan),
    Processes: `middleware ${processes.middleware}, serving ${plan.served === undefined ? processes.serving : 'as many as its platform starts'}, load ${processes.load}`,
    'Middleware set': middlewareText(plan),
    'Load generator': joined(' ', loadGenerator, versions[loadGenerator]),
    Model: modelText(summary, ofModel),
    ...facts,
    Profile: `${plan.profile}, ${plan.measurementCount} measurements, plan ${plan.hash}`,
    Seed: String(environment.seed),
    Commit: commitText(environment),
    Versions: joined(
      ', ',
      ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
    ),
  };
};

/** Where and with what a run was made. */
export const environmentSection = (summary: Summary): Section => ({
  id: 'environment',
  title: 'Environment',
  isReference: true,
  blocks: list(named(factsOf(summary)), 'terms'),
});
