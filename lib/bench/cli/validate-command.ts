import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServingName } from '../../../serving-configs/index.ts';
import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import { formatsOf } from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { ResolvedCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { groupBy } from '../analysis/group-by.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { detectServer } from '../run/running-servers/detect-server.ts';
import { givenServers } from '../run/running-servers/given-server.ts';
import { describeModel, writeTensorInputs } from '../run/tensor-inputs.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import { readUserModel } from '../user-model/read-user-model.ts';
import {
  tensorTargetsOf,
  type TensorTargetLeftOut,
  type TensorTargets,
} from '../user-model/tensor-targets.ts';
import { dimsText, eachOther, type ModelTensor, type UserModel } from '../user-model/user-model.ts';
import { readInputs } from '../user-model/write-requests.ts';
import { columns, hangingLines } from '../wording/columns.ts';
import { counted, formatBytes } from '../wording/format-number.ts';
import { jsonText, type Command } from './command.ts';
import type { validateOptions } from './options.ts';
import { runtimeLines, runtimesHere } from './runtime-table.ts';

/** The inputs of a model, all of them read once. */
const countInputs = async (model: UserModel, signal: AbortSignal) => {
  let [count, answers, largestBytes] = [0, 0, 0];
  for await (const { inputs, answer } of readInputs(model)) {
    signal.throwIfAborted();
    const bytes = inputs.reduce((sum, tensor) => sum + tensor.bytes.length, 0);
    largestBytes = Math.max(largestBytes, bytes);
    count += 1;
    if (answer !== undefined) answers += 1;
  }
  return { from: model.source.from, count, answers, largestBytes };
};

/** Computes the right answers as a run does; gives what it warns of. */
const computeOnce = async (model: UserModel, signal: AbortSignal): Promise<readonly string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  const warnings: string[] = [];
  const keep: EmitRunEvent = (event) => {
    if (event.event === 'warning') warnings.push(event.text);
  };
  try {
    await writeTensorInputs(folder, model, keep, signal);
    return warnings;
  } finally {
    await rm(folder, { recursive: true });
  }
};

const checkText = (check: ResolvedCheck | undefined): string => {
  if (check === undefined) return '';
  if (check.check === 'allclose') return `allclose, rtol ${check.rtol}, atol ${check.atol}`;
  return check.check === 'cosine' ? `cosine of at least ${check.atLeast}` : check.check;
};

const tensorRow = (what: string, tensor: ModelTensor, how: string) => [
  what,
  tensor.name,
  `${tensor.datatype} ${dimsText(tensor)}`,
  how,
];

const modelLines = ({ inputs, outputs, sizes, checks }: UserModel): readonly string[] =>
  columns([
    ...inputs.map((input) => {
      const size = sizes[input.name];
      return tensorRow('takes', input, size === undefined ? '' : `sized [${size.join(', ')}]`);
    }),
    ...outputs.map((output) => tensorRow('gives', output, checkText(checks[output.name]))),
  ]);

/** Servings that take nothing, or what others do not take. */
const leftOutText = ({ protocol, encoding }: TensorTargetLeftOut, servings: string): string =>
  protocol === undefined
    ? `left out: ${servings}`
    : `${encoding} over ${protocol} is left out of ${servings}`;

const targetLines = (
  { targets, leftOut }: TensorTargets,
  servings: readonly ServingName[],
  width: number,
): readonly string[] => {
  const rows = servings.map((serving) => [
    serving,
    ...PROTOCOLS.map((protocol) => {
      const own = targets.filter((one) => one.serving === serving && one.protocol === protocol);
      return own.map(({ encoding }) => encoding).join(', ');
    }),
  ]);
  return [
    ...columns([['supported by', ...PROTOCOLS], ...rows]),
    ...[...groupBy(leftOut, (one) => `${leftOutText(one, '')}: ${one.reason}`).values()].flatMap(
      (ways) => {
        const [first] = ways;
        const names = ways.map(({ serving }) => serving).join(', ');
        return hangingLines('', `${leftOutText(first, names)}: ${first.reason}`, width, 2);
      },
    ),
  ];
};

/** The running servers of a description: how each is asked, or why it cannot be. */
const askServers = (model: UserModel, signal: AbortSignal) =>
  Promise.all(
    givenServers([], model).map(async (given) => {
      const { name, url } = given;
      try {
        const { protocol, encodings, speaks } = await detectServer(given, model, signal);
        return { name, url, protocol, encodings, speaks };
      } catch (error) {
        signal.throwIfAborted();
        const hint = error instanceof BenchError ? error.hint : undefined;
        return { name, url, reason: messageOf(error), hint };
      }
    }),
  );

const serverLines = (
  servers: Awaited<ReturnType<typeof askServers>>,
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

/** Says whether a model can run, and where. */
export const validateCommand: Command<typeof validateOptions> = async (
  { model: file, json },
  { console, signal },
) => {
  const model = await readUserModel(file, describeModel(signal));
  const servers = await askServers(model, signal);
  const inputs = await countInputs(model, signal);
  const warnings = await computeOnce(model, signal);
  const found = tensorTargetsOf(model);
  const servings = [...new Set(found.targets.map(({ serving }) => serving))];
  const byRuntime = await runtimesHere(signal, formatsOf(model));
  if (json) {
    const runtimes = Object.fromEntries(
      Object.entries(byRuntime).map(([runtime, entries]) => [
        runtime,
        entries.filter(({ serving }) => servings.includes(serving)),
      ]),
    );
    console.out(
      jsonText({ model: { ...model, servers }, requests: inputs, ...found, runtimes, warnings }),
    );
    return 0;
  }
  const { count, answers, largestBytes, from } = inputs;
  const right = answers > 0 ? 'validation_data' : 'ONNX Runtime on the CPU';
  const { width } = console.outStyle;
  const lines = [
    `${model.name}: ${[model.onnx.file, ...Object.values(eachOther(model, ({ place }) => place))].join(', ')}`,
    ...modelLines(model),
    `${counted(count, 'input')} (${from}), each up to ${formatBytes(largestBytes)}; correct answers from ${right}`,
    ...warnings.flatMap((warning) => hangingLines('', warning, width, 2)),
    '',
    ...targetLines(found, servings, width),
    ...serverLines(servers, width),
    '',
    ...runtimeLines(byRuntime, { servings, width, remarks: 'reasons' }),
  ];
  console.out(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
