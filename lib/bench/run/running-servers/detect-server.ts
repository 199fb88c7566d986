import { columnContract } from '../../../../serving-configs/models/tensors/json-contract.ts';
import {
  LostInJson,
  readTensors,
  writeTensors,
  type TensorEncoding,
} from '../../../../serving-configs/models/tensors/tensor-body.ts';
import type { RunningServer } from '../../../../serving-configs/running-server.ts';
import { BenchError } from '../../model/errors.ts';
import type { UserModel } from '../../user-model/user-model.ts';
import { readFirstInput } from '../../user-model/write-requests.ts';
import { asker, type Ask, type Attempt, type Reply } from './ask-server.ts';
import { assertListening } from './join-server.ts';
import type { GivenServer } from './given-server.ts';
import { assertGrpcAnswer, noSuchModel } from './try-grpc.ts';
import { assertJsonAnswer } from './try-json.ts';

/** Whether an answer is JSON with a key. */
const has = ({ status, body }: Reply, key: string): boolean => {
  if (status !== 200) return false;
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return typeof json === 'object' && json !== null && Object.hasOwn(json, key);
  } catch {
    return false;
  }
};

/** What of the protocol a server speaks: all, or only its body at a path of its own. */
type Speaks = 'open-inference' | 'application';

/** Of the outputs in an answer: whoever speaks the protocol gives lists, where bytes are not asked for. */
const wantedOutputs = ({ outputs }: UserModel, speaks: Speaks, encoding: TensorEncoding) => {
  if (speaks === 'application') return {};
  const parameters = encoding === 'binary' ? { parameters: { binary_data: true } } : {};
  return { outputs: outputs.map(({ name }) => ({ name, ...parameters })) };
};

/** How a server takes the first request of a model as a body of the Open Inference Protocol. */
const encodingsAt = async (
  ask: Ask,
  path: string,
  user: UserModel,
  speaks: Speaks,
): Promise<readonly TensorEncoding[]> => {
  const { inputs } = await readFirstInput(user);
  const isHalf = [...user.inputs, ...user.outputs].some(({ datatype }) => datatype === 'FP16');
  const taken: TensorEncoding[] = [];
  for (const encoding of isHalf ? (['binary'] as const) : (['binary', 'json'] as const)) {
    const wanted = wantedOutputs(user, speaks, encoding);
    const { body, jsonLength } = writeTensors(inputs, 'inputs', encoding, wanted);
    const type = encoding === 'json' ? 'application/json' : 'application/octet-stream';
    const reply = await ask(path, { type, body: Buffer.concat(body), jsonLength });
    try {
      if (reply.status !== 200) continue;
      readTensors(reply.body, 'outputs', reply.jsonLength);
      taken.push(encoding);
    } catch (error) {
      // What came is written down; numbers are the answer check's to refuse.
      if (error instanceof LostInJson) taken.push(encoding);
    }
  }
  return taken;
};

/** The path below which a server may have protocols, and the model that its address names. */
const partsOf = ({ pathname }: URL) => {
  const path = pathname.replace(/\/$/, '');
  const [, prefix = path, model] =
    /^(.*)\/v[12]\/models\/([^/:]+)(?:\/infer|:predict)?$/.exec(path) ?? [];
  return { prefix, named: model, hasOwnPath: path !== '' && model === undefined };
};

const notUnderstood = (
  { name, url }: GivenServer,
  { inputs, outputs }: UserModel,
  attempts: readonly Attempt[],
  hasPing: boolean,
): BenchError => {
  const body = `{${inputs.map((input) => `"${input.name}": {{${input.name}}}`).join(', ')}}`;
  const places = outputs.map((output) => `${output.name}: /${output.name}`).join(', ');
  const ping = hasPing
    ? ', as one answers whose models take whatever their handlers read, usually at /predictions/MODEL'
    : '';
  return new BenchError(
    'BENCH_TARGET',
    `no protocol was found at ${url}${ping}: ${attempts.map(({ words }) => words).join('; ')}`,
    {
      hint: `describe its requests in the model’s description, such as servers: { ${name}: { url: '${url}', body: '${body}', outputs: { ${places} } } }`,
    },
  );
};

/**
 * Finds out how a running server is asked, by asking it for an answer to the first input, and for its models.
 *
 * @throws BenchError where it does not answer, or in no way that is known: with all that was asked, and what came.
 */
export const detectServer = async (
  given: GivenServer,
  user: UserModel,
  signal: AbortSignal,
): Promise<RunningServer> => {
  await assertListening(given, signal);
  const { name, url: text, headers, body, outputs } = given;
  const url = new URL(text);
  const { prefix, named, hasOwnPath } = partsOf(url);
  const model = given.model ?? (named === undefined ? user.name : decodeURIComponent(named));
  const common = { name, url: text, model, headers };
  if (url.protocol === 'grpc:') {
    await assertGrpcAnswer(given, model, user, signal);
    const speaks = 'open-inference';
    return { ...common, protocol: 'grpc', encodings: ['raw'], speaks, path: '' };
  }
  const rest = { ...common, protocol: 'rest' } as const;
  const inJson = (path: string, json: NonNullable<RunningServer['json']>): RunningServer => ({
    ...rest,
    encodings: ['json'],
    speaks: 'json',
    path,
    json,
  });
  const own = url.pathname + url.search;
  const attempts: Attempt[] = [];
  const ask = asker(given, attempts, signal);
  if (body !== undefined && outputs !== undefined) {
    const described = inJson(own, { body, outputs });
    await assertJsonAnswer(described, user, ask, attempts);
    return described;
  }
  const asBodies = async (path: string, speaks: Speaks): Promise<RunningServer | undefined> => {
    const encodings = await encodingsAt(ask, path, user, speaks);
    return encodings.length === 0 ? undefined : { ...rest, encodings, speaks, path };
  };
  const place = encodeURIComponent(model);
  const infer = `${prefix}/v2/models/${place}/infer`;
  const found =
    (hasOwnPath ? await asBodies(own, 'application') : undefined) ??
    (await asBodies(infer, 'open-inference'));
  if (found !== undefined) return found;
  const version1 = `${prefix}/v1/models/${place}`;
  if (has(await ask(version1), 'model_version_status')) {
    return inJson(`${version1}:predict`, columnContract(user));
  }
  // What knows the protocol and not the path has no such model.
  const missing = attempts.find((one) => one.status === 404 && one.path === infer);
  if (missing !== undefined && (await ask(`${prefix}/v2/health/live`)).status === 200) {
    throw noSuchModel(given, model, missing.words);
  }
  const ping = await ask('/ping');
  throw notUnderstood(given, user, attempts, ping.status === 200);
};
