import { columnContract } from '../../../../../serving-configs/models/tensors/json-contract.ts';
import {
  LostInJson,
  readTensors,
  writeTensors,
  type TensorEncoding,
} from '../../../../../serving-configs/models/tensors/tensor-body.ts';
import type { RunningServer } from '../../../../../serving-configs/running-server.ts';
import { BenchError, messageOf } from '../../../model/errors.ts';
import type { AnyModel } from '../../../model-file/described-model.ts';
import { readFirstInput } from '../../../model-file/model-inputs.ts';
import { createAsk, type Ask, type Attempt, type Reply } from './ask-server.ts';
import { assertListening, speaksTls } from '../running.ts';
import type { GivenServer } from './given-server.ts';
import { assertGrpcAnswer, noSuchModel } from './try-grpc.ts';
import { assertJsonAnswer } from './try-json.ts';

/** Whether an answer is a JSON object with a key. */
const hasKey = ({ status, body }: Reply, key: string): boolean => {
  if (status !== 200) return false;
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return typeof json === 'object' && json !== null && Object.hasOwn(json, key);
  } catch {
    return false;
  }
};

/** Whether a server speaks the whole Open Inference Protocol, or only takes its body at another path. */
type Speaks = 'open-inference' | 'application';

/** The request parameters that select the outputs. A server of the protocol answers with JSON unless binary data is requested. */
const wantedOutputs = ({ outputs }: AnyModel, speaks: Speaks, encoding: TensorEncoding) => {
  if (speaks === 'application') return {};
  const parameters = encoding === 'binary' ? { parameters: { binary_data: true } } : {};
  return { outputs: outputs.map(({ name }) => ({ name, ...parameters })) };
};

/** Adds to the last attempt why its answer does not count. */
const explainLast = (attempts: Attempt[], why: string): void => {
  const last = attempts.pop();
  if (last === undefined) return;
  attempts.push({ ...last, description: `${last.description}, which does not count: ${why}` });
};

/** The encodings in which a server accepts the first input as a body of the Open Inference Protocol. */
const encodingsAt = async (
  ask: Ask,
  attempts: Attempt[],
  path: string,
  user: AnyModel,
  speaks: Speaks,
): Promise<readonly TensorEncoding[]> => {
  const { inputs } = await readFirstInput(user);
  const isHalf = [...user.inputs, ...user.outputs].some(({ datatype }) => datatype === 'FP16');
  const accepted: TensorEncoding[] = [];
  for (const encoding of isHalf ? (['binary'] as const) : (['binary', 'json'] as const)) {
    const wanted = wantedOutputs(user, speaks, encoding);
    const { body, jsonLength } = writeTensors(inputs, 'inputs', encoding, wanted);
    const type = encoding === 'json' ? 'application/json' : 'application/octet-stream';
    const reply = await ask(path, { type, body: Buffer.concat(body), jsonLength });
    try {
      if (reply.status !== 200) continue;
      readTensors(reply.body, 'outputs', reply.jsonLength);
      accepted.push(encoding);
    } catch (error) {
      // Rounded numbers are refused later, by the answer check.
      if (error instanceof LostInJson) accepted.push(encoding);
      else explainLast(attempts, messageOf(error));
    }
  }
  return accepted;
};

/** The path in front of a protocol's routes, the model that the address names, and whether it has any other path. */
const partsOf = ({ pathname }: URL) => {
  const path = pathname.replace(/\/$/, '');
  const [, prefix = path, model] =
    /^(.*)\/v[12]\/models\/([^/:]+)(?:\/infer|:predict)?$/.exec(path) ?? [];
  return { prefix, named: model, hasOtherPath: path !== '' && model === undefined };
};

/** Answers of a server that wants other credentials. */
const REFUSALS: readonly (number | undefined)[] = [401, 403];

const unknownProtocol = (
  { name, url }: GivenServer,
  { inputs, outputs }: AnyModel,
  attempts: readonly Attempt[],
  hasPing: boolean,
): BenchError => {
  const body = `{${inputs.map((input) => `"${input.name}": {{${input.name}}}`).join(', ')}}`;
  const pointers = outputs.map((output) => `${output.name}: /${output.name}`).join(', ');
  const ping = hasPing
    ? '; it answers /ping like a server whose handlers define the requests, usually at /predictions/MODEL'
    : '';
  const tried = attempts.map(({ description }) => description).join('; ');
  // Others are guesses, so a proxy may refuse them.
  if (REFUSALS.includes(attempts[0]?.status)) {
    const [scheme, address = ''] = url.split('://');
    return new BenchError(
      'BENCH_SERVER_PROTOCOL',
      `${name} at ${url} refuses its requests: ${tried}`,
      {
        hint: `give a user name and a password that it accepts, --target ${name}=${scheme}://USER:PASSWORD@${address}, or headers in the model’s description`,
      },
    );
  }
  return new BenchError(
    'BENCH_SERVER_PROTOCOL',
    `no protocol was found at ${url}${ping}: ${tried}`,
    {
      hint: `describe its requests in the model’s description, such as servers: { ${name}: { url: '${url}', body: '${body}', outputs: { ${pointers} } } }`,
    },
  );
};

/** The fields of a server that do not depend on its protocol. */
type CommonFields = Pick<RunningServer, 'name' | 'url' | 'model' | 'headers' | 'caFile'>;

const jsonServer = (
  common: CommonFields,
  path: string,
  json: NonNullable<RunningServer['json']>,
): RunningServer => ({
  ...common,
  protocol: 'rest',
  encodings: ['json'],
  speaks: 'json',
  path,
  json,
});

/**
 * Tries the Open Inference Protocol, at the path of the address and at the standard path, and then TensorFlow's API.
 *
 * @throws BenchError if the server understands neither; the message lists all attempts.
 */
const detectProtocol = async (
  given: GivenServer,
  user: AnyModel,
  common: CommonFields,
  ask: Ask,
  attempts: Attempt[],
): Promise<RunningServer> => {
  const { model } = common;
  const url = new URL(common.url);
  const { prefix, hasOtherPath } = partsOf(url);
  const tryBody = async (path: string, speaks: Speaks): Promise<RunningServer | undefined> => {
    const encodings = await encodingsAt(ask, attempts, path, user, speaks);
    return encodings.length === 0
      ? undefined
      : { ...common, protocol: 'rest', encodings, speaks, path };
  };
  const modelPart = encodeURIComponent(model);
  const infer = `${prefix}/v2/models/${modelPart}/infer`;
  const found =
    (hasOtherPath ? await tryBody(url.pathname + url.search, 'application') : undefined) ??
    (await tryBody(infer, 'open-inference'));
  if (found !== undefined) return found;
  const version1 = `${prefix}/v1/models/${modelPart}`;
  if (hasKey(await ask(version1), 'model_version_status')) {
    return jsonServer(common, `${version1}:predict`, columnContract(user));
  }
  // A server that speaks the protocol but does not know the path has no such model.
  const missing = attempts.find(({ status, path }) => status === 404 && path === infer);
  if (missing !== undefined && (await ask(`${prefix}/v2/health/live`)).status === 200) {
    const remedy = `--target ${given.name}=${url.origin}${prefix}/v2/models/NAME`;
    throw noSuchModel(given, model, missing.description, remedy);
  }
  const ping = await ask('/ping');
  throw unknownProtocol(given, user, attempts, ping.status === 200);
};

/** The server behind an address, whose protocol is detected unless its address or its description has it. */
const askServer = async (
  given: GivenServer,
  user: AnyModel,
  signal: AbortSignal,
): Promise<RunningServer> => {
  const { name, url: text, headers, caFile, body, outputs } = given;
  const url = new URL(text);
  const { named } = partsOf(url);
  const model = given.model ?? (named === undefined ? user.name : decodeURIComponent(named));
  const common = { name, url: text, model, headers, caFile };
  if (/^grpcs?:$/.test(url.protocol)) {
    await assertGrpcAnswer(given, model, user, signal);
    const speaks = 'open-inference';
    return { ...common, protocol: 'grpc', encodings: ['raw'], speaks, path: '' };
  }
  const attempts: Attempt[] = [];
  const ask = createAsk(given, attempts, signal);
  if (body === undefined || outputs === undefined) {
    return detectProtocol(given, user, common, ask, attempts);
  }
  const described = jsonServer(common, url.pathname + url.search, { body, outputs });
  await assertJsonAnswer(described, user, ask, attempts);
  return described;
};

/**
 * Detects the protocol of a running server by sending it the first input.
 *
 * @param tell gets a line before the first request, because a server may take long to answer
 * @throws BenchError if the server does not answer, has no such model, or speaks no known protocol.
 */
export const detectServer = async (
  given: GivenServer,
  user: AnyModel,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<RunningServer> => {
  await assertListening(given, signal);
  const { name, url } = given;
  tell(`asking ${name} which protocol it speaks …`);
  try {
    return await askServer(given, user, signal);
  } catch (cause) {
    if (!(cause instanceof BenchError) || !(await speaksTls(given, signal))) throw cause;
    const scheme = url.startsWith('grpc') ? 'grpcs' : 'https';
    throw new BenchError('BENCH_SERVER_TLS', `${name} at ${url}: it speaks TLS`, {
      hint: `write ${scheme}:// in its address`,
      cause,
    });
  }
};
