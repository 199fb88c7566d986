import { basename } from 'node:path';
import { manifestOf, type ServingName } from '../../../../serving-configs/index.ts';
import type { Protocol } from '../../../../serving-configs/manifest.ts';
import type { TensorSpec } from '../../../../serving-configs/models/tensors/tensor-model.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { ServedBy } from '../../model/plan.ts';
import { awsLines, whereText } from './aws-lines.ts';
import { cpuStateTexts } from '../../wording/labels.ts';
import { modelTitle } from '../../wording/statement.ts';
import { formatBytes, counted } from '../../wording/format-number.ts';
import type { NamedLine } from '../model.ts';

/** What answered for each serving, where it was not the simulated server. */
const servedLines = ({ served = {} }: Summary['plan']): readonly NamedLine[] =>
  (Object.entries(served) as [ServingName, ServedBy][]).map(
    ([serving, { platform, engine, real, note, image, running }]) => ({
      name: manifestOf(serving).title,
      text:
        running === undefined
          ? [
              `${platform}, ${real ? 'the platform itself' : 'a stand-in for it'}`,
              `computes with ${engine}`,
              ...(note === undefined ? [] : [note]),
              ...(image === undefined ? [] : [`image ${image}`]),
            ].join('; ')
          : `${platform}: ${running}`,
    }),
  );

/** How the plan sets the middleware; empty where it leaves it as it is. */
const middlewareLines = ({ options, targets }: Summary['plan']): readonly NamedLine[] => {
  if (options?.middleware === undefined) return [];
  const { processes, restTimeoutMs, imagesDrawnBy, ...servings } = options.middleware;
  const titles = (some: readonly ServingName[], protocol?: Protocol): string => {
    const own = some.filter((one) =>
      targets.some(
        (target) => target.serving === one && target.protocol === (protocol ?? target.protocol),
      ),
    );
    return own.map((one) => manifestOf(one).title).join(', ');
  };
  const blocking = titles(servings.blockingServings);
  const perCall = titles(servings.channelPerCallServings, 'grpc');
  return [
    {
      name: 'Middleware set',
      text: [
        `${processes} ${processes === 1 ? 'process' : 'processes'}`,
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

/** Tensors of a user's model; of an open dimension the size is `?`. */
const tensorsText = (verb: string, tensors: readonly TensorSpec[]): string =>
  `${verb} ${tensors
    .map(
      ({ name, datatype, shape }) =>
        `${name} ${datatype} [${shape.join(', ').replaceAll('-1', '?')}]`,
    )
    .join(' and ')}`;

/** Where and with what a run was made: names and values for every output. */
export const environmentLines = ({ environment, plan }: Summary): readonly NamedLine[] => {
  const { machine, versions, commit, processes, model } = environment;
  const commitText =
    commit === null
      ? 'not in a git checkout'
      : commit.hash + (commit.dirty ? ', with uncommitted changes' : '');
  const loadGenerator = plan.options.loadGenerator;
  const title = modelTitle(plan);
  return [
    { name: 'Where', text: whereText(plan, environment) },
    { name: 'When', text: plan.createdAt },
    ...awsLines(environment),
    {
      name: environment.aws === undefined ? 'Machine' : 'Middleware machine',
      text: [
        machine.cpuModel,
        counted(machine.cores, 'core'),
        ...cpuStateTexts(machine),
        `${formatBytes(machine.memoryBytes)} memory`,
      ].join(', '),
    },
    { name: 'System', text: `${machine.os}, kernel ${machine.kernel}, ${machine.architecture}` },
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
        ...Object.entries(plan.model.tensors?.others ?? {}).map(
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
