import { basename } from 'node:path';
import { manifestOf, type ServingName } from '../../../../serving-configs/index.ts';
import type { Protocol } from '../../../../serving-configs/manifest.ts';
import type { TensorSpec } from '../../../../serving-configs/models/tensors/tensor-model.ts';
import type { NodeFacts } from '../../../aws-contract/machine-facts.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { AwsPair, Environment } from '../../model/environment.ts';
import type { PlanHost, ServedBy } from '../../model/plan.ts';
import { counted } from '../../wording/format-number.ts';
import { machineText, systemText } from '../../wording/labels.ts';
import { modelTitle } from '../../wording/statement.ts';
import { fold, list } from '../blocks.ts';
import type { NamedLine, Section } from '../model.ts';

const HASH_DIGITS = 12;

const whereText = ({ where, runtime }: PlanHost, { aws }: Environment): string =>
  [
    where,
    ...(aws === undefined ? [] : [`region ${aws.region}`, `deployment ${aws.deployment}`]),
    `runtime ${runtime}`,
  ].join(', ');

const nodeText = (role: string, { machine, gpu, ...node }: NodeFacts): string =>
  [
    `${role} ${node.instanceType} ${node.instanceId}`,
    ...(node.amiId === undefined ? [] : [node.amiId]),
    ...(node.lifecycle === 'spot' ? ['spot'] : []),
    ...(gpu === undefined ? [] : [`${gpu.name}, driver ${gpu.driver}`]),
    machineText(machine),
    systemText(machine),
    `bootstrap ${node.bootstrapVersion.slice(0, HASH_DIGITS)}`,
  ].join(', ');

const pairLine = (pair: AwsPair, isReplaced: boolean): NamedLine => ({
  name: `Pair ${pair.pair}`,
  text: [
    `${pair.availabilityZone}${isReplaced ? `, from ${pair.since} on` : ''}`,
    nodeText('serving', pair.serving),
    nodeText('middleware', pair.middleware),
    pair.pricePerHourUsd === undefined ? 'price not known' : `$${pair.pricePerHourUsd} an hour`,
  ].join('; '),
});

/** The machine of a local run, or the node pairs on AWS with their weights and images. */
const machineLines = ({ machine, aws }: Environment): readonly NamedLine[] => {
  if (aws === undefined) {
    return [{ name: 'Machine', text: `${machineText(machine)}, ${systemText(machine)}` }];
  }
  // A pair whose instances were replaced has several entries.
  const isReplaced = (pair: number): boolean =>
    aws.pairs.filter((other) => other.pair === pair).length > 1;
  return [
    ...aws.pairs.map((pair) => pairLine(pair, isReplaced(pair.pair))),
    ...(aws.weights === undefined ? [] : [{ name: 'Weights', text: aws.weights }]),
    ...Object.entries(aws.images).map(([serving, image]) => ({
      name: `Image of ${serving}`,
      text: image,
    })),
  ];
};

/** What answered for each serving, unless it was the simulated server. */
const servedLines = ({ served = {} }: Summary['plan']): readonly NamedLine[] =>
  (Object.entries(served) as [ServingName, ServedBy][]).map(
    ([serving, { platform, engine, real, note, image, running }]) => ({
      name: manifestOf(serving).title,
      text:
        running === undefined
          ? [
              `${platform}, ${real ? 'the real server' : 'a stand-in for it'}`,
              `computes with ${engine}`,
              ...(note === undefined ? [] : [note]),
              ...(image === undefined ? [] : [`image ${image}`]),
            ].join('; ')
          : `${platform}: ${running}`,
    }),
  );

/** The settings of the middleware in the plan; empty if it has the defaults. */
const middlewareLines = ({ options, targets }: Summary['plan']): readonly NamedLine[] => {
  if (options.middleware === undefined) return [];
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
  return [
    {
      name: 'Middleware set',
      text: [
        counted(processes, 'process', 'processes'),
        ...(blocking === '' ? [] : [`one request at a time to ${blocking}`]),
        ...(perCall === '' ? [] : [`a new gRPC channel for each call to ${perCall}`]),
        `REST requests time out after ${restTimeoutMs / 1000} s`,
        ...(imagesDrawnBy === 'middleware'
          ? ['the middleware picks the images; clients send none']
          : []),
      ].join('; '),
    },
  ];
};

/** Tensors of a user's model, with `?` for the size of an open dimension. */
const tensorsText = (verb: string, tensors: readonly TensorSpec[]): string =>
  `${verb} ${tensors
    .map(
      ({ name, datatype, shape }) =>
        `${name} ${datatype} [${shape.join(', ').replaceAll('-1', '?')}]`,
    )
    .join(' and ')}`;

const environmentLines = ({ environment, plan }: Summary): readonly NamedLine[] => {
  const { versions, commit, processes, model } = environment;
  const commitText =
    commit === null
      ? 'not in a git checkout'
      : commit.hash + (commit.dirty ? ', with uncommitted changes' : '');
  const loadGenerator = plan.options.loadGenerator;
  const title = modelTitle(plan);
  return [
    { name: 'Where', text: whereText(plan, environment) },
    { name: 'When', text: plan.createdAt },
    ...machineLines(environment),
    ...servedLines(plan),
    {
      name: 'Processes',
      text: `middleware ${processes.middleware}, serving ${plan.served === undefined ? processes.serving : 'as many as its platform starts'}, load ${processes.load}`,
    },
    ...middlewareLines(plan),
    {
      name: 'Load generator',
      text: [loadGenerator, versions[loadGenerator]].filter(Boolean).join(' '),
    },
    {
      name: 'Model',
      text: [
        ...(title === undefined ? [] : [title]),
        ...(plan.model.tensors === undefined
          ? [model.trained ? 'trained' : 'not trained (trained: false)']
          : [
              tensorsText('takes', plan.model.tensors.inputs),
              tensorsText('answers', plan.model.tensors.outputs),
            ]),
        basename(model.file),
        ...(model.sha256 === '' ? [] : [`SHA-256 ${model.sha256}`]),
        ...Object.entries(plan.model.tensors?.otherFormats ?? {}).map(
          ([format, sha256]) => `${format} SHA-256 ${sha256}`,
        ),
      ].join('; '),
    },
    plan.model.tensors === undefined
      ? { name: 'Images', text: plan.images.map((image) => image.file).join(', ') }
      : { name: 'Inputs', text: counted(plan.images.length, 'request') },
    {
      name: 'Profile',
      text: `${plan.profile}, ${plan.measurementCount} measurements, plan ${plan.hash}`,
    },
    { name: 'Seed', text: String(environment.seed) },
    { name: 'Commit', text: commitText },
    {
      name: 'Versions',
      text: Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    },
  ];
};

/** Where and with what a run was made. HTML folds the whole section; Markdown cannot, so it has a fold. */
export const environmentSection = (summary: Summary): Section => {
  const lines = environmentLines(summary);
  return {
    id: 'environment',
    title: 'Environment',
    blocks: [
      ...list(lines, 'terms', ['html']),
      ...fold('Where and with what it was measured', list(lines), ['markdown']),
    ],
  };
};
