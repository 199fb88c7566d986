import { basename } from 'node:path';
import { manifestOf, type ServingName } from '../../../../serving-configs/index.ts';
import type { Protocol } from '../../../../serving-configs/manifest.ts';
import type { TensorSpec } from '../../../../serving-configs/models/tensors/tensor-model.ts';
import type { NodeFacts } from '../../../aws-contract/machine-facts.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { AwsPair, Environment } from '../../model/environment.ts';
import type { ServedBy } from '../../model/plan.ts';
import { counted, joined } from '../../wording/format-number.ts';
import { machineText, systemText } from '../../wording/labels.ts';
import { modelTitle } from '../../wording/statement.ts';
import { blocks, fold, list } from '../blocks.ts';
import type { Item, Section } from '../model.ts';

const HASH_DIGITS = 12;

const nodeText = (role: string, { machine, gpu, ...node }: NodeFacts): string =>
  joined([
    `${role} ${node.instanceType} ${node.instanceId}`,
    node.amiId,
    node.lifecycle === 'spot' && 'spot',
    gpu && `${gpu.name}, driver ${gpu.driver}`,
    machineText(machine),
    systemText(machine),
    `bootstrap ${node.bootstrapVersion.slice(0, HASH_DIGITS)}`,
  ]);

const pairItem = (pair: AwsPair, isReplaced: boolean): Item => ({
  name: `Pair ${pair.pair}`,
  text: joined(
    [
      `${pair.availabilityZone}${isReplaced ? `, from ${pair.since} on` : ''}`,
      nodeText('serving', pair.serving),
      nodeText('middleware', pair.middleware),
      pair.pricePerHourUsd === undefined ? 'price not known' : `$${pair.pricePerHourUsd} an hour`,
    ],
    '; ',
  ),
});

/** The machine of a local run, or the node pairs on AWS with their weights and images. */
const machineItems = ({ machine, aws }: Environment): readonly (Item | false)[] => {
  if (aws === undefined) {
    return [{ name: 'Machine', text: `${machineText(machine)}, ${systemText(machine)}` }];
  }
  // A pair whose instances were replaced has several entries.
  const isReplaced = (pair: number): boolean =>
    aws.pairs.filter((other) => other.pair === pair).length > 1;
  return [
    ...aws.pairs.map((pair) => pairItem(pair, isReplaced(pair.pair))),
    aws.weights !== undefined && { name: 'Weights', text: aws.weights },
    ...Object.entries(aws.images).map(([serving, image]) => ({
      name: `Image of ${serving}`,
      text: image,
    })),
  ];
};

/** What answered for each serving, unless it was the simulated server. */
const servedItems = ({ served = {} }: Summary['plan']): readonly Item[] =>
  (Object.entries(served) as [ServingName, ServedBy][]).map(
    ([serving, { platform, engine, real, note, image, running }]) => ({
      name: manifestOf(serving).title,
      text:
        running === undefined
          ? joined(
              [
                `${platform}, ${real ? 'the real server' : 'a stand-in for it'}`,
                `computes with ${engine}`,
                note,
                image && `image ${image}`,
              ],
              '; ',
            )
          : `${platform}: ${running}`,
    }),
  );

/** The settings of the middleware in the plan; undefined if it has the defaults. */
const middlewareItem = ({ options, targets }: Summary['plan']): Item | undefined => {
  if (options.middleware === undefined) return undefined;
  const { processes, restTimeoutMs, imagesDrawnBy, ...servings } = options.middleware;
  const titles = (names: readonly ServingName[], protocol?: Protocol): string =>
    names
      .filter((name) =>
        targets.some(
          (target) => target.serving === name && target.protocol === (protocol ?? target.protocol),
        ),
      )
      .map((name) => manifestOf(name).title)
      .join(', ');
  const blocking = titles(servings.blockingServings);
  const perCall = titles(servings.channelPerCallServings, 'grpc');
  return {
    name: 'Middleware set',
    text: joined(
      [
        counted(processes, 'process', 'processes'),
        blocking && `one request at a time to ${blocking}`,
        perCall && `a new gRPC channel for each call to ${perCall}`,
        `REST requests time out after ${restTimeoutMs / 1000} s`,
        imagesDrawnBy === 'middleware' && 'the middleware picks the images; clients send none',
      ],
      '; ',
    ),
  };
};

/** Tensors of a user's model, with `?` for the size of an open dimension. */
const tensorsText = (verb: string, tensors: readonly TensorSpec[]): string =>
  `${verb} ${tensors
    .map(
      ({ name, datatype, shape }) =>
        `${name} ${datatype} [${shape.join(', ').replaceAll('-1', '?')}]`,
    )
    .join(' and ')}`;

const modelText = ({ environment: { model }, plan }: Summary): string => {
  const { tensors } = plan.model;
  const kind =
    tensors === undefined
      ? [model.trained ? 'trained' : 'not trained (trained: false)']
      : [tensorsText('takes', tensors.inputs), tensorsText('answers', tensors.outputs)];
  return joined(
    [
      modelTitle(plan),
      ...kind,
      basename(model.file),
      model.sha256 && `SHA-256 ${model.sha256}`,
      ...Object.entries(tensors?.others ?? {}).map(
        ([format, sha256]) => `${format} SHA-256 ${sha256}`,
      ),
    ],
    '; ',
  );
};

const environmentItems = (summary: Summary): readonly (Item | false | undefined)[] => {
  const { environment, plan } = summary;
  const { aws, versions, commit, processes } = environment;
  const { loadGenerator } = plan.options;
  return [
    {
      name: 'Where',
      text: joined([
        plan.where,
        aws && `region ${aws.region}, deployment ${aws.deployment}`,
        `runtime ${plan.runtime}`,
      ]),
    },
    { name: 'When', text: plan.createdAt },
    ...machineItems(environment),
    ...servedItems(plan),
    {
      name: 'Processes',
      text: `middleware ${processes.middleware}, serving ${plan.served === undefined ? processes.serving : 'as many as its platform starts'}, load ${processes.load}`,
    },
    middlewareItem(plan),
    { name: 'Load generator', text: joined([loadGenerator, versions[loadGenerator]], ' ') },
    { name: 'Model', text: modelText(summary) },
    plan.model.tensors === undefined
      ? { name: 'Images', text: plan.images.map((image) => image.file).join(', ') }
      : { name: 'Inputs', text: counted(plan.images.length, 'request') },
    {
      name: 'Profile',
      text: `${plan.profile}, ${plan.measurementCount} measurements, plan ${plan.hash}`,
    },
    { name: 'Seed', text: String(environment.seed) },
    {
      name: 'Commit',
      text:
        commit === null
          ? 'not in a git checkout'
          : commit.hash + (commit.dirty ? ', with uncommitted changes' : ''),
    },
    {
      name: 'Versions',
      text: joined(Object.entries(versions).map(([name, version]) => `${name} ${version}`)),
    },
  ];
};

/** Where and with what a run was made. HTML folds the whole section; Markdown cannot, so it has a fold. */
export const environmentSection = (summary: Summary): Section => {
  const items = environmentItems(summary);
  return {
    id: 'environment',
    title: 'Environment',
    blocks: blocks(
      list(items, 'terms', ['html']),
      fold('Where and with what it was measured', list(items), ['markdown']),
    ),
  };
};
