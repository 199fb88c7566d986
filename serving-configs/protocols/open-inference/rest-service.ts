import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type TensorEncoding,
} from '../../models/tensors/tensor-body.ts';
import { isObject, NumberTensor, parseWireJson, type WireJson } from '../wire-json.ts';
import {
  answered,
  BadInput,
  bytesOf,
  failInJson,
  jsonAnswer,
  jsonError,
  type InferenceCall,
  type StatisticsCall,
  type Wire,
  type ServedManifest,
  type WireAnswer,
  type WireFactory,
  type WireOutput,
} from '../wire.ts';
import { answeredOutputs, createOptionsReader, type RequestOptions } from './request-options.ts';
import { tensorsInput } from '../tensors/tensor-call.ts';
import { demandOutputs, type DescribeServer } from './served-model.ts';

type Headers = Readonly<Record<string, string>>;

/** The differences between platforms that speak the protocol over REST. */
interface RestService {
  readonly describe: DescribeServer;
  /** Headers of every answer with status 200. */
  readonly headers?: Headers;
  /** Creates the fields beside the outputs of a result, and further headers if the result is JSON. Default: only the id of the request. */
  readonly frame?: (
    model: string,
    id: string | undefined,
  ) => { readonly head: object; readonly headers?: Headers };
  /** Headers of a binary result; absent if the platform has no binary tensor extension. */
  readonly binaryHeaders?: Headers;
  /** Whether it answers only the outputs that a request lists, and refuses others. */
  readonly selects?: boolean;
  /** Whether requests cannot name the version of the model. */
  readonly hasNoVersions?: boolean;
  /** The status for a model that does not exist if it is asked for health or statistics. Default: 404. */
  readonly unavailable?: number;
  /** Creates the body of an answer about health; absent if it is empty. */
  readonly health?: (about: 'live' | 'ready', model?: string) => object;
  /** Further documents of a model, by path. */
  readonly documents?: (model: string) => Readonly<Record<string, object>>;
}

/**
 * The tensors of floats in a JSON request for classes. `readTensors` reads every datatype, but spends several times as long on the
 * numbers of an image.
 * @throws BadInput if the request is malformed, or a tensor has no numbers.
 */
const floatTensorsIn = (body: Uint8Array) => {
  const request = parseWireJson(body);
  const inputs = isObject(request) ? request['inputs'] : undefined;
  if (!Array.isArray(inputs)) throw new BadInput('the body has no list "inputs"');
  return inputs.map((input: WireJson) => {
    const { name, datatype, shape, data } = isObject(input) ? input : {};
    if (
      typeof name !== 'string' ||
      typeof datatype !== 'string' ||
      !(shape instanceof NumberTensor) ||
      !(data instanceof NumberTensor)
    ) {
      throw new BadInput('one of "inputs" is not a tensor of numbers');
    }
    return { name, datatype, shape: [...shape.values], bytes: bytesOf(data.values) };
  });
};

/** How an answer is written, as JSON in the form of a call. */
interface Form {
  readonly id?: string;
  readonly encodings: Readonly<Record<string, TensorEncoding>>;
}

/** The version of every model. */
const VERSION = '1';

/** Creates the calls for inference, given the length of their JSON if the values follow as bytes. */
const createInference = (
  {
    headers: common = {},
    frame = (_model, id) => ({ head: id === undefined ? {} : { id } }),
    binaryHeaders,
    selects = false,
  }: RestService,
  manifest: ServedManifest,
): ((jsonLength: string | string[] | undefined) => InferenceCall) => {
  const { model } = manifest;
  const { outputs: specs, answers } = manifest.served;
  const takesBinary = binaryHeaders !== undefined;
  const readOptions = createOptionsReader(takesBinary);

  let lastOptions: RequestOptions | undefined;
  let lastForm = '';
  const formOf = (options: RequestOptions): string => {
    if (options !== lastOptions) {
      const wanted = answeredOutputs(options, specs, selects);
      const encodings = Object.fromEntries(wanted.map(({ name, encoding }) => [name, encoding]));
      lastForm = JSON.stringify({ id: options.id, encodings } satisfies Form);
      lastOptions = options;
    }
    return lastForm;
  };

  const render = (form: string, output: WireOutput): WireAnswer => {
    const { id, encodings } = JSON.parse(form) as Form;
    const { head, headers } = frame(model.name, id);
    const { body, jsonLength } = writeTensors(
      output.filter(({ name }) => Object.hasOwn(encodings, name)),
      'outputs',
      (name) => encodings[name] ?? 'json',
      { model_name: model.name, model_version: VERSION, ...head },
    );
    const bytes = Buffer.concat(body);
    if (jsonLength === undefined) return jsonAnswer(200, bytes, { ...common, ...headers });
    return {
      status: 200,
      headers: { ...common, ...binaryHeaders, [HEADER_LENGTH]: String(jsonLength) },
      body: bytes,
    };
  };

  return (header) => {
    const isJson = header === undefined || !takesBinary;
    const lengthOf = (body: Uint8Array): number =>
      isJson ? body.length : Math.min(Number(header), body.length);
    const optionsOf = (body: Uint8Array) => readOptions(body.subarray(0, lengthOf(body)));
    return {
      kind: 'inference',
      protocol: 'rest',
      form: (body) => formOf(optionsOf(body)),
      read: (body) => {
        if (selects) demandOutputs(optionsOf(body).outputs ?? [], manifest);
        const tensors =
          isJson && answers.kind === 'classes'
            ? floatTensorsIn(body)
            : readTensors(body, 'inputs', lengthOf(body)).tensors;
        return tensorsInput(tensors, manifest.served);
      },
      render,
      fail: failInJson(),
    };
  };
};

/** The answer to a request that is no inference; undefined for an extension that the platform lacks. */
type Document = ReturnType<typeof answered> | StatisticsCall | undefined;

/** The documents of a server by path, and those of its model by the last part of the path. */
const createDocuments = (
  { describe, headers: common = {}, health, documents }: RestService,
  manifest: ServedManifest,
): Readonly<Record<'ofServer' | 'ofModel', ReadonlyMap<string, Document>>> => {
  const { name } = manifest.model;
  const { server, model, index, configuration, statistics } = describe(manifest);
  const document = (body: object) => answered(jsonAnswer(200, JSON.stringify(body), common));
  const healthy = (about: 'live' | 'ready', ofModel?: string) =>
    health === undefined
      ? answered({ status: 200, headers: common, body: '' })
      : document(health(about, ofModel));
  const counted: StatisticsCall | undefined = statistics && {
    kind: 'statistics',
    render: (counters) => document(statistics(counters)).answer,
  };
  return {
    ofServer: new Map<string, Document>([
      ['/v2', document(server)],
      ['/v2/health/live', healthy('live')],
      ['/v2/health/ready', healthy('ready')],
      ['/v2/models/stats', counted],
      ['/v2/repository/index', index && document(index)],
      ...Object.entries(documents?.(name) ?? {}).map(
        ([path, body]) => [path, document(body)] as const,
      ),
    ]),
    ofModel: new Map<string, Document>([
      ['', document(model)],
      ['ready', healthy('ready', name)],
      ['stats', counted],
      ['config', configuration && document(configuration)],
    ]),
  };
};

const ROUTE = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/([a-z]+))?$/;
/** The last part of the path of inference. */
const INFER = 'infer';

/** The protocol over REST: inference, health, metadata, and the extensions that the platform has. */
export const createRestService =
  (service: RestService): WireFactory =>
  (manifest) => {
    const { model } = manifest;
    const { hasNoVersions = false, unavailable = 404 } = service;
    const infer = createInference(service, manifest);
    const { ofServer, ofModel } = createDocuments(service, manifest);

    /** Why a model or its version is refused; undefined if it is served. */
    const refusalOf = (name: string, version: string | undefined, part: string) => {
      if (name === model.name && version !== undefined && hasNoVersions) {
        return answered(jsonError(501, 'model versions are not supported'));
      }
      if (name === model.name && (version ?? VERSION) === VERSION) return undefined;
      const what = version === undefined ? '' : ` with version ${version}`;
      const status = part === 'ready' || part === 'stats' ? unavailable : 404;
      return answered(jsonError(status, `model ${name}${what} not found`));
    };

    const route: Wire['route'] = ({ path, headers }) => {
      const document = ofServer.get(path);
      if (document !== undefined) return document;
      const [, name, version, part = ''] = ROUTE.exec(path) ?? [];
      if (name === undefined) return undefined;
      const answer = part === INFER ? infer(headers[HEADER_LENGTH]) : ofModel.get(part);
      return answer && (refusalOf(name, version, part) ?? answer);
    };
    return { route };
  };
