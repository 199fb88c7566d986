import {
  FAULTS,
  isTensorFault,
  type RequestFault,
  type TensorFault,
} from '../../../../lib/bench/model/fault.ts';
import { targetId, type Target } from '../../../../lib/bench/model/measurement.ts';
import { badRequestOf } from '../../../../lib/bench/stability/bad-request.ts';
import { whyLeftOut } from '../../../../lib/bench/stability/why-left-out.ts';
import type { ServingRequest } from '../../../../lib/bench/stability/serving-request.ts';
import { codecOf } from '../../../../middleware/servings/index.ts';
import { runningServerCodecs } from '../../../../middleware/servings/running-server.ts';
import {
  endpointOf,
  protocolsOf,
  registerServers,
  servingNames,
  type ServingName,
} from '../../../../serving-configs/index.ts';
import { TENSORS } from '../../../../serving-configs/manifest.ts';
import { numbersOf } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  HEADER_LENGTH,
  writeTensors,
  type NamedTensor,
} from '../../../../serving-configs/models/tensors/tensor-body.ts';
import type { RunningServer } from '../../../../serving-configs/running-server.ts';
import { inputs, userModel } from '../../../support/middleware-model.ts';
import { officialInferRequest } from '../../../support/official-messages/open-inference.ts';
import { officialPredictRequest } from '../../../support/official-messages/tfserving.ts';
import { officialPredictionsRequest } from '../../../support/official-messages/torchserve.ts';

const targets: readonly (Target & { readonly id: string })[] = servingNames.flatMap((serving) =>
  protocolsOf(serving).flatMap((protocol) =>
    (endpointOf(serving, protocol)?.tensors ?? []).map((encoding) => {
      const target = { serving, protocol, payload: TENSORS, encoding } as const;
      return { ...target, id: targetId(target) };
    }),
  ),
);

const requestOf = ({ body, ...request }: ServingRequest | { body: readonly Uint8Array[] }) =>
  ({ ...request, body: Buffer.concat([body].flat()) }) as ServingRequest;

/** The request that the middleware makes. */
const goodRequestOf = ({ serving, protocol, encoding }: Target): ServingRequest => {
  const codec = codecOf(serving).tensors?.[protocol];
  if (codec === undefined) throw new Error(`${serving} has no codec for ${protocol}`);
  return requestOf(codec.encode(inputs, encoding, userModel));
};

const source = Buffer.concat(writeTensors(inputs, 'inputs', 'binary').body);

/** A tensor as a server reads it. */
interface Found {
  readonly name?: string;
  readonly datatype?: string;
  readonly shape?: readonly number[];
  readonly numbers: readonly number[];
}

const numbersIn = (name: string | undefined, bytes: Uint8Array): readonly number[] => {
  const { datatype } = inputs.find((input) => input.name === name) ?? { datatype: 'FP32' };
  return Array.from(numbersOf({ datatype, bytes: new Uint8Array(bytes) } as NamedTensor));
};

interface BodyInput extends Omit<Found, 'numbers'> {
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size: number };
}

const depthOf = (value: unknown): number => (Array.isArray(value) ? 1 + depthOf(value[0]) : 0);

/** Columns declare nothing, but their lists have a depth, and their values a type. */
const foundInColumn = ([name, list]: [string, unknown]): Found => {
  const values = [list].flat(Infinity);
  return {
    name,
    shape: Array.from({ length: depthOf(list) }, () => 1),
    datatype: typeof values[0] === 'string' ? 'UINT8' : 'as the model',
    // NaN was replaced by null for the JSON parser.
    numbers: values.map((value) =>
      Number(typeof value === 'string' ? JSON.parse(value) : (value ?? NaN)),
    ),
  };
};

const foundInBody = (body: Buffer, jsonLength: number): readonly Found[] => {
  const text = body.toString('latin1', 0, jsonLength);
  const json = JSON.parse(text.replaceAll(/(?<=[[,])NaN/g, 'null')) as {
    inputs: BodyInput[] | Readonly<Record<string, unknown>>;
  };
  if (!Array.isArray(json.inputs)) return Object.entries(json.inputs).map(foundInColumn);
  let at = jsonLength;
  return json.inputs.map(({ data, parameters, ...declared }) => {
    const numbers = data?.map((value) => Number(value ?? Number.NaN));
    const start = at;
    at += parameters?.binary_data_size ?? 0;
    return { ...declared, numbers: numbers ?? numbersIn(declared.name, body.subarray(start, at)) };
  });
};

/** Reads the tensors with parsers that are not under test. */
const foundInOrder = ({ protocol }: Target, { path, headers, body }: ServingRequest) => {
  if (protocol === 'rest') return foundInBody(body, Number(headers[HEADER_LENGTH] ?? body.length));
  if (path.endsWith('/Predictions')) {
    const { data = Buffer.alloc(0) } = officialPredictionsRequest.read(body).input ?? {};
    const inner = Buffer.from(data);
    return foundInBody(inner, inner.indexOf('}]}') + 3);
  }
  if (path.endsWith('/Predict')) {
    const { inputs: map = {} } = officialPredictRequest.read(body);
    return Object.entries(map).map(
      ([name, { dtype, tensor_shape: declared, tensor_content: raw }]) => ({
        name,
        shape: declared?.dim?.map(({ size = 0 }) => size) ?? [],
        datatype: dtype === 3 ? 'UINT8' : 'as the model',
        numbers: numbersIn(name, raw ?? Buffer.alloc(0)),
      }),
    );
  }
  const { inputs: declared = [], raw_input_contents: raw = [] } = officialInferRequest.read(body);
  return declared.map(({ name, datatype, shape }, at): Found => ({
    ...(name === undefined ? {} : { name }),
    ...(datatype === undefined ? {} : { datatype }),
    ...(shape === undefined ? {} : { shape }),
    numbers: numbersIn(name, raw[at] ?? Buffer.alloc(0)),
  }));
};

/** The tensors by name, because not every protocol keeps an order. */
const foundIn = (target: Target, request: ServingRequest): readonly Found[] =>
  foundInOrder(target, request).toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));

/** What each fault changes in its tensor. */
const bad: Readonly<Record<TensorFault, (good: Found, found: Found) => Partial<Found>>> = {
  'tensor-wrong-shape': ({ shape = [] }) => ({ shape: [1, ...shape] }),
  'tensor-wrong-type': () => ({ datatype: 'UINT8' }),
  'tensor-nan': ({ numbers }) => ({ numbers: numbers.map(() => Number.NaN) }),
  'tensor-too-long': ({ numbers }) => ({ numbers: [...numbers, ...numbers] }),
  // Half of the text holds one or two of three numbers.
  'tensor-too-short': ({ numbers }, found) => ({
    numbers: numbers.slice(0, found.numbers.length === 2 ? 2 : 1),
  }),
};

const cases = targets.flatMap((target) =>
  FAULTS.filter(isTensorFault).map((fault) => ({ fault, target, id: target.id })),
);

describe("A bad request for a user's model", () => {
  it.each(cases)('differs only by $fault in one tensor for $id', async ({ fault, target }) => {
    const good = goodRequestOf(target);
    const before = foundIn(target, good);
    const after = foundIn(target, await badRequestOf(fault, target, good, source));
    const name = fault === 'tensor-nan' ? 'scale' : 'mask';

    expect(before.map((tensor) => tensor.name)).toEqual(['ids', 'mask', 'scale']);
    expect(after).toEqual(
      before.map((tensor, at) =>
        tensor.name === name ? { ...tensor, ...bad[fault](tensor, after[at] ?? tensor) } : tensor,
      ),
    );
  });

  it.each(targets)('is cut off for $id, so that no parser accepts it', async (target) => {
    const good = goodRequestOf(target);
    const fault = target.protocol === 'rest' ? 'malformed-json' : 'malformed-protobuf';
    const { headers, body } = await badRequestOf(fault, target, good, source);
    const read = (): unknown =>
      target.protocol === 'rest'
        ? foundInBody(body, Number(headers[HEADER_LENGTH] ?? body.length))
        : officialInferRequest.read(body);

    expect(read).toThrow();
  });

  const server: RunningServer = {
    name: 'mine',
    url: 'http://localhost:9000',
    protocol: 'rest',
    encodings: ['json'],
    speaks: 'json',
    path: '/predict',
    model: 'there',
    json: { body: '{"k": 5, "ids": {{ids[0]}}, "s": {{scale}}}', outputs: {} },
  };
  const mine: Target = {
    serving: 'mine' as ServingName,
    protocol: 'rest',
    payload: TENSORS,
    encoding: 'json',
  };
  const textOf = async (fault: RequestFault, json: RunningServer['json'] = server.json) => {
    const registered = { ...server, ...(json === undefined ? {} : { json }) };
    registerServers([registered]);
    const { rest } = runningServerCodecs(registered).tensors ?? {};
    if (rest === undefined) throw new Error('no codec');
    const good = rest.encode(inputs, 'json', userModel);
    return (await badRequestOf(fault, mine, requestOf(good), source)).body.toString();
  };

  it.each([
    ['tensor-wrong-shape', '{"k": 5, "ids": [[101,-7,1099511627776]], "s": [0.10000000149011612]}'],
    [
      'tensor-wrong-type',
      '{"k": 5, "ids": ["101","-7","1099511627776"], "s": [0.10000000149011612]}',
    ],
    ['tensor-nan', '{"k": 5, "ids": [101,-7,1099511627776], "s": [NaN]}'],
    [
      'tensor-too-long',
      '{"k": 5, "ids": [101,-7,1099511627776,101,-7,1099511627776], "s": [0.10000000149011612]}',
    ],
    ['tensor-too-short', '{"k": 5, "ids": [101,-7], "s": [0.10000000149011612]}'],
    ['malformed-json', '{"k": 5, "ids": [101,-7,109951162'],
  ] as const)('has %s in an input of a server with its own JSON', async (fault, body) => {
    expect(await textOf(fault)).toBe(body);
  });

  it('is left out, with the reason, if no input can have the fault', async () => {
    registerServers([{ ...server, json: { body: '{{ids}}', outputs: {} } }]);
    const [first] = targets;

    expect(first && whyLeftOut('tensor-nan', first, userModel.inputs)).toBeUndefined();
    expect(whyLeftOut('tensor-nan', mine, userModel.inputs)).toBeDefined();
    expect(first && whyLeftOut('image-empty', first, userModel.inputs)).toBeDefined();
    expect(whyLeftOut('malformed-protobuf', mine, userModel.inputs)).toBeDefined();
  });

  it('is sent to running servers, too, but their processes are left alone', () => {
    registerServers([server]);
    const [first] = targets;

    for (const fault of ['kill-worker', 'pause-worker'] as const) {
      expect(whyLeftOut(fault, mine, userModel.inputs)).toBeDefined();
      expect(first && whyLeftOut(fault, first, userModel.inputs)).toBeUndefined();
    }
    expect(whyLeftOut('burst', mine, userModel.inputs)).toBeUndefined();
  });
});
