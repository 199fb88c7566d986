import type { ServingName } from '../../../serving-configs/index.ts';
import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import { file } from '../../../serving-configs/options/kinds.ts';
import { groupBy } from '../analysis/group-by.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import { givenServers } from '../run/servings/running-servers/given-server.ts';
import { describeModel } from '../run/describe-model.ts';
import { targetsOfModel, type TensorTargetLeftOut } from '../model-file/model-targets.ts';
import {
  dimsText,
  modelPathsOf,
  originOf,
  type AnyModel,
  type ModelTensor,
} from '../model-file/described-model.ts';
import { columns, hangingLines, withoutControls } from '../wording/text-layout.ts';
import { counted, formatBytes } from '../wording/format-number.ts';
import { command, jsonText, type CommandContext } from './command.ts';
import { ca, json } from './options.ts';
import { remedyForContainers } from './runnable-servings.ts';
import { runtimeLines, runtimesHere } from './runtime-table.ts';

/** Reads all inputs of a model once to count and measure them. */
const countInputs = async (model: AnyModel, signal: AbortSignal) => {
  const { readInputs } = await import('../model-file/model-inputs.ts');
  let [count, answers, largestBytes] = [0, 0, 0];
  for await (const { bytes, answer } of readInputs(model)) {
    signal.throwIfAborted();
    largestBytes = Math.max(largestBytes, bytes);
    count += 1;
    if (answer !== undefined) answers += 1;
  }
  return { from: model.source.from, count, answers, largestBytes };
};

const checkText = (check: AnyModel['checks'][string] | undefined): string => {
  if (check === undefined) return '';
  if (check.check === 'allclose') return `allclose, rtol ${check.rtol}, atol ${check.atol}`;
  return check.check === 'cosine' ? `cosine of at least ${check.atLeast}` : check.check;
};

const tensorRow = (verb: 'takes' | 'gives', tensor: ModelTensor, remark: string) => [
  verb,
  withoutControls(tensor.name),
  `${tensor.datatype} ${dimsText(tensor)}`,
  remark,
];

const modelLines = ({ inputs, outputs, sizes, checks }: AnyModel): readonly string[] =>
  columns([
    ...inputs.map((input) => {
      const size = sizes[input.name];
      return tensorRow('takes', input, size === undefined ? '' : `sized [${size.join(', ')}]`);
    }),
    ...outputs.map((output) => tensorRow('gives', output, checkText(checks[output.name]))),
  ]);

/** Names servings that cannot take the model at all, or an encoding that they do not take. */
const leftOutText = ({ protocol, encoding }: TensorTargetLeftOut, servings: string): string =>
  protocol === undefined
    ? `left out: ${servings}`
    : `${encoding} over ${protocol} is left out of ${servings}`;

type ModelTargets = ReturnType<typeof targetsOfModel>;

/** A table of the servings that support the model, with the payloads of images or the encodings of tensors over each protocol. */
const supportLines = (
  targets: ModelTargets['targets'],
  servings: readonly ServingName[],
): readonly string[] => {
  const rows = servings.map((serving) => [
    serving,
    ...PROTOCOLS.map((protocol) => {
      const words = targets
        .filter((target) => target.serving === serving && target.protocol === protocol)
        .map((target) => ('payload' in target ? target.payload : target.encoding));
      return [...new Set(words)].join(', ');
    }),
  ]);
  return columns([['supported by', ...PROTOCOLS], ...rows]);
};

/** A line for each reason, with all servings that it applies to. */
const leftOutLines = (
  leftOut: readonly TensorTargetLeftOut[],
  width: number,
): readonly string[] => {
  const groups = groupBy(leftOut, (target) => `${leftOutText(target, '')}: ${target.reason}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const names = group.map(({ serving }) => serving).join(', ');
    return hangingLines('', `${leftOutText(first, names)}: ${first.reason}`, width, 2);
  });
};

/** Detects the protocol of each running server in the description, or the reason why it cannot be measured. */
const detectServers = async (
  model: AnyModel,
  caFile: string | undefined,
  { console, signal }: CommandContext,
) => {
  const { detectServer } = await import('../run/servings/running-servers/detect-server.ts');
  return Promise.all(
    givenServers([], model, caFile).map(async (server) => {
      const { name, url } = server;
      try {
        const { protocol, encodings, speaks } = await detectServer(server, model, signal, (line) =>
          console.err(`${line}\n`),
        );
        return { name, url, protocol, encodings, speaks };
      } catch (error) {
        signal.throwIfAborted();
        const { code, hint } = error instanceof BenchError ? error : {};
        return { name, url, code, reason: messageOf(error), hint };
      }
    }),
  );
};

const serverLines = (
  servers: Awaited<ReturnType<typeof detectServers>>,
  width: number,
): readonly string[] =>
  servers.flatMap(({ name, url, protocol, encodings = [], reason, hint }) =>
    hangingLines(
      '',
      reason === undefined
        ? `running server: ${name} at ${url}: ${protocol}, ${encodings.join(', ')}`
        : `left out: ${name}: ${reason}${hint === undefined ? '' : `; ${hint}`}`,
      width,
      2,
    ),
  );

/** Checks a model, and shows which servings can run it. */
export const validate = command({
  description:
    'Reads the description of a model and all its inputs, and computes the correct answers. Shows which servings can run it and why others cannot, what can run here, and where expected answers that came with the inputs differ. Starts no server.',
  options: {
    model: {
      kind: file('FILE.yaml'),
      description: 'the description of a model, YAML or JSON',
      default: 'model.yaml',
    },
    ca,
    json,
  },
  examples: ['npx serving-compare validate', 'npx serving-compare validate --model detector.yaml'],
  exitCodes: '0 the model can run; 2 something is wrong with it; 130 interrupted',
  run: async ({ model: description, ca: caFile, json: asJson }, context) => {
    const { console, signal } = context;
    const { readModel } = await import('../model-file/read-model.ts');
    const { tryModel } = await import('../run/inputs.ts');
    const { fastModelText } = await import('../run/tensor-inputs.ts');
    const model = await readModel(description, describeModel(signal));
    const servers = await detectServers(model, caFile, context);
    const inputs = await countInputs(model, signal);
    const unreadable = remedyForContainers(model);
    const tried = await tryModel(model, signal);
    const warnings = [
      ...tried.warnings,
      ...(unreadable === undefined ? [] : [`warning: ${unreadable.problem}: ${unreadable.remedy}`]),
    ];
    const { targets, leftOut } = targetsOfModel(model);
    const servings = [...new Set(targets.map(({ serving }) => serving))];
    const byRuntime = await runtimesHere(signal, originOf(model));
    if (asJson) {
      const runtimes = Object.fromEntries(
        Object.entries(byRuntime).map(([runtime, entries]) => [
          runtime,
          entries.filter(({ serving }) => servings.includes(serving)),
        ]),
      );
      console.out(
        jsonText({
          model: { ...model, servers },
          requests: inputs,
          fastestMs: tried.fastestMs,
          targets,
          leftOut,
          runtimes,
          warnings,
        }),
      );
      return 0;
    }
    const { count, answers, largestBytes, from } = inputs;
    const answerSource = answers > 0 ? 'validation_data' : 'ONNX Runtime on the CPU';
    const { width } = console.outStyle;
    const lines = [
      `${model.name}: ${modelPathsOf(model).join(', ') || `${model.title}, built for each platform`}`,
      ...modelLines(model),
      `${counted(count, 'input')} (${from}), each up to ${formatBytes(largestBytes)}; correct answers from ${answerSource}`,
      ...[fastModelText(tried)]
        .filter((text) => text !== '')
        .flatMap((text) => hangingLines('! ', text, width)),
      ...warnings.flatMap((warning) => hangingLines('', warning, width, 2)),
      '',
      ...supportLines(targets, servings),
      ...leftOutLines(leftOut, width),
      ...serverLines(servers, width),
      '',
      ...runtimeLines(byRuntime, { servings, width, remarks: 'reasons' }),
    ];
    console.out(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
});
