import type { GrpcCall, ManagementCall, ManyModels, Protocol, RestCall } from '../manifest.ts';
import { causeOf } from '../options/usage-error.ts';
import { callGrpc } from './grpc-call.ts';
import { fillIn } from './venv/placeholders.ts';

/** The answer of a management call, whatever it says. */
export interface ModelCallAnswer {
  readonly ok: boolean;
  /** Of HTTP, `gRPC` with its number, or `no answer`. */
  readonly status: string;
  readonly text: string;
  readonly ms: number;
}

/** The models of a running server. */
export interface ServerModels {
  readonly how: ManyModels['how'];
  readonly note?: string | undefined;
  /** Protocols over which it loads models; empty if it has no calls for that. */
  readonly loadsOver: readonly Protocol[];
  /**
   * Where requests to a model go, over REST: bodies of named tensors in JSON, as `writeTensors(…, 'inputs', 'json')` writes them;
   * answers are read with `readTensors(…, 'outputs')`.
   */
  readonly requestTo: (model: string) => {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  /**
   * Makes an ONNX file known under a name and loads it; an on-demand server loads it at the first request. Absent: only with a
   * restart. Throws only if the signal aborts.
   */
  readonly load?: (
    name: string,
    file: string,
    over: Protocol | undefined,
    signal: AbortSignal,
  ) => Promise<ModelCallAnswer>;
  readonly unload?: (
    name: string,
    over: Protocol | undefined,
    signal: AbortSignal,
  ) => Promise<ModelCallAnswer>;
  /** Whether the server itself says that a model is ready; absent if it has no such call. */
  readonly isReady?: (name: string, signal: AbortSignal) => Promise<boolean>;
  /** The names that it lists, all pages; absent if it lists none. Throws if it does not answer with a list. */
  readonly list?: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** Where a running server is, and how it finds the files of its models. */
interface ModelsPlace {
  /** The base URL of a port: `rest`, `grpc` or a further port of the platform. */
  readonly baseOf: (port: string) => string;
  /** Makes the ONNX file of a model known. */
  readonly register: (name: string, file: string) => Promise<void>;
}

const askRest = async (
  { port, method, path, body }: RestCall,
  model: string,
  { baseOf }: ModelsPlace,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(baseOf(port) + fillIn(path, { model }), {
    method,
    signal,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: fillIn(body, { model }),
    }),
  });
  return { status: response.status, text: await response.text() };
};

const restAnswer = async (...call: Parameters<typeof askRest>) => {
  const { status, text } = await askRest(...call);
  return { ok: status >= 200 && status < 300, status: String(status), text };
};

const grpcAnswer = async (
  { port, path, nameField }: GrpcCall,
  model: string,
  { baseOf }: ModelsPlace,
  signal: AbortSignal,
) => {
  const { status, message } = await callGrpc(baseOf(port), path, { [nameField]: model }, signal);
  return { ok: status === 0, status: `gRPC ${status}`, text: message };
};

/**
 * Makes a management call, over the protocol that is asked for or the first that it has.
 * @throws Error if it has no such protocol, and the reason of the signal if that is aborted.
 */
const manage = async (
  call: ManagementCall,
  model: string,
  over: Protocol | undefined,
  place: ModelsPlace,
  signal: AbortSignal,
): Promise<ModelCallAnswer> => {
  const startedAt = performance.now();
  const ask = () => {
    if (over !== 'grpc') return restAnswer(call.rest, model, place, signal);
    if (call.grpc === undefined) throw new Error('it has no such call over gRPC');
    return grpcAnswer(call.grpc, model, place, signal);
  };
  const answer = await ask().catch((error: unknown) => {
    signal.throwIfAborted();
    return { ok: false, status: 'no answer', text: causeOf(error) };
  });
  return { ...answer, ms: performance.now() - startedAt };
};

const MAX_PAGES = 1000;

/** Reads a list of models page after page. */
const listAll = async (
  { listKey, nameKey, nextKey, nextParameter = '', ...call }: NonNullable<ManyModels['list']>,
  place: ModelsPlace,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const names: string[] = [];
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = next === undefined ? call.path : `${call.path}&${nextParameter}=${next}`;
    const { status, text } = await askRest({ ...call, path }, '', place, signal);
    if (status !== 200) throw new Error(`the list of models has the status ${status}: ${text}`);
    const content = JSON.parse(text) as Record<string, unknown>;
    const listed = listKey === undefined ? content : content[listKey];
    if (!Array.isArray(listed)) throw new Error(`no list of models: ${text}`);
    names.push(
      ...listed.map((model: Record<string, unknown>) =>
        String(nameKey === undefined ? model : model[nameKey]),
      ),
    );
    next = (nextKey === undefined ? undefined : content[nextKey]) as string | undefined;
    if (next === undefined) return names;
  }
  throw new Error(`the list of models has no end after ${MAX_PAGES} pages`);
};

/** The models of a running server, by the facts of its platform. */
export const serverModels = (facts: ManyModels, place: ModelsPlace): ServerModels => {
  const { how, note, load, unload, ready, list, infer } = facts;
  return {
    how,
    note,
    loadsOver: load === undefined ? [] : load.grpc === undefined ? ['rest'] : ['rest', 'grpc'],
    requestTo: (model) => ({
      url: place.baseOf('rest') + fillIn(infer.path, { model }),
      headers: {
        'content-type': 'application/json',
        ...Object.fromEntries(
          Object.entries(infer.headers ?? {}).map(([name, text]) => [
            name,
            fillIn(text, { model }),
          ]),
        ),
      },
    }),
    ...((load !== undefined || how === 'on-demand') && {
      load: async (name, file, over, signal) => {
        const startedAt = performance.now();
        await place.register(name, file);
        if (load !== undefined) return manage(load, name, over, place, signal);
        const ms = performance.now() - startedAt;
        return { ok: true, status: 'known', text: 'it loads at the first request', ms };
      },
    }),
    ...(unload && { unload: (name, over, signal) => manage(unload, name, over, place, signal) }),
    ...(ready && {
      isReady: async (name, signal) => {
        try {
          const { status, text } = await askRest(ready, name, place, signal);
          return status === 200 && text.includes(ready.holds ?? '');
        } catch {
          signal.throwIfAborted();
          return false;
        }
      },
    }),
    ...(list && { list: (signal) => listAll(list, place, signal) }),
  };
};
