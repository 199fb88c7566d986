import { setTimeout as sleep } from 'node:timers/promises';
import type { Protocol } from '../../../../serving-configs/manifest.ts';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';
import { BenchError, messageOf } from '../../model/errors.ts';
import type { Asked, Loaded, ManyFigures, Reading, Silence } from '../../model/many-models.ts';
import { medianOf } from '../../stats/moments.ts';
import type { LocalServing } from '../servings/runtime.ts';
import { askModel, oneConnection, type AnswerBook } from './ask.ts';
import { readMemory } from './memory.ts';
import { askConstantly, silenceOf, type Neighbour, type NeighbourSample } from './neighbour.ts';

type ServerModels = NonNullable<LocalServing['models']>;

/** A serving that was started to take several models. */
export type ModelServer = LocalServing & { readonly models: ServerModels };

/** What a session with a server needs. */
export interface SessionContext {
  readonly book: AnswerBook;
  /** How models are loaded, if the server has several protocols for that. */
  readonly over: Protocol | undefined;
  readonly timeoutMs: number;
  /** Starts the server with these models, names with files; always on the same ports. */
  readonly start: (models: Readonly<Record<string, string>>) => Promise<ModelServer>;
  /** A model that gives no correct answer for this long after the call that loads it is not loaded. */
  readonly loadLimitMs: number;
  /** How long the neighbour is asked before and after loads. */
  readonly marginMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 5;
const LATER_ANSWERS = 5;

/** A load with the part of the neighbour's time that it took. */
type TimedLoad = Omit<Loaded, 'neighbour'> & { readonly fromMs: number; readonly toMs: number };

/** A server with its models, as long as it runs. */
export interface ServerSession {
  readonly models: ServerModels;
  /** The models that were loaded and not unloaded, in order. */
  readonly names: () => readonly string[];
  readonly server: () => ModelServer;
  /** How the server ended by itself; undefined if it runs. */
  readonly died: () => string | undefined;
  /** Asks a model. */
  readonly ask: (model: string, input?: number) => Promise<Asked>;
  /** Asks every model once, with an input that is drawn; all of them should answer. */
  readonly askAll: (drawInput: () => number) => Promise<readonly Asked[]>;
  /** What all these answers came to, but those of models that are not there. */
  readonly asked: () => ManyFigures['asked'];
  /** Loads models one after another while the neighbour is asked at a constant rate, until `goesOn` says no. */
  readonly loadAll: (
    models: readonly (readonly [name: string, file: string])[],
    ratePerSecond: number,
    goesOn?: (loaded: Loaded) => Promise<boolean>,
  ) => Promise<readonly Loaded[]>;
  /** Starts the server again with other models, while the neighbour is asked. */
  readonly restart: (
    models: readonly (readonly [name: string, file: string])[],
    ratePerSecond: number,
  ) => Promise<Loaded>;
  readonly unload: (models: readonly string[]) => Promise<void>;
  readonly read: (settleSeconds: number) => Promise<Reading>;
  readonly neighbour: (ratePerSecond: number) => Neighbour;
  /** How the neighbour answered during all loads so far. */
  readonly during: () => Silence;
}

/** Opens a session with a server that holds its first model, the neighbour. */
export const openSession = async (
  context: SessionContext,
  neighbourFile: readonly [name: string, file: string],
): Promise<ServerSession> => {
  const { book, over, timeoutMs, loadLimitMs, signal } = context;
  const [neighbourName] = neighbourFile;
  let server = await context.start(Object.fromEntries([neighbourFile]));
  let ended: string | undefined;
  const watch = (started: ModelServer): void => {
    void started.ended.then(({ how }) => {
      if (started === server) ended = how;
    });
  };
  watch(server);
  let names: readonly string[] = [neighbourName];
  const agent = oneConnection();
  const duringLoads: NeighbourSample[] = [];
  let loadingMs = 0;

  let answers = 0;
  const wrong: (Asked & { readonly model: string })[] = [];
  const ask: ServerSession['ask'] = async (model, input = 0) => {
    signal.throwIfAborted();
    const to = server.models.requestTo(model);
    const asked = await askModel(book, model, input, to, agent, timeoutMs);
    if (!book.correct.has(model) || asked.outcome === 'failed') return asked;
    answers += 1;
    if (asked.outcome !== 'correct') wrong.push({ model, ...asked });
    return asked;
  };
  const askAll: ServerSession['askAll'] = async (drawInput) => {
    const missed = [];
    for (const model of names) {
      const asked = await ask(model, drawInput());
      if (asked.outcome !== 'correct') missed.push({ model, ...asked });
    }
    wrong.push(...missed.filter(({ outcome }) => outcome === 'failed'));
    return missed;
  };
  const neighbour: ServerSession['neighbour'] = (ratePerSecond) =>
    askConstantly(ratePerSecond, (input, on) =>
      askModel(book, neighbourName, input, server.models.requestTo(neighbourName), on, timeoutMs),
    );

  /** Asks a model until it answers correctly, or the time is up. */
  const untilCorrect = async (model: string, fromMs: number): Promise<Asked> => {
    for (;;) {
      const asked = await ask(model);
      const isOver = performance.now() - fromMs > loadLimitMs || ended !== undefined;
      if (asked.outcome === 'correct' || isOver) return asked;
      await sleep(POLL_MS, undefined, { signal });
    }
  };

  const loadOne = async (name: string, file: string): Promise<TimedLoad> => {
    const usedMs = server.use()?.cpuMs;
    const fromMs = performance.now();
    const call = await withTimeLimit(loadLimitMs, signal, async (limited) =>
      server.models.load?.(name, file, over, limited).catch((error: unknown) => {
        signal.throwIfAborted();
        return { ok: false, status: 'timeout', text: messageOf(error), ms: loadLimitMs };
      }),
    );
    const saysReady = call?.ok !== false && (await server.models.isReady?.(name, signal)) !== false;
    const next = call?.ok === false ? undefined : await ask(name);
    const first =
      next === undefined || next.outcome === 'correct' ? next : await untilCorrect(name, fromMs);
    const toMs = performance.now();
    const isCorrect = first?.outcome === 'correct';
    const usedNowMs = server.use()?.cpuMs;
    const later: number[] = [];
    const further = isCorrect ? LATER_ANSWERS : 0;
    while (later.length < further) later.push((await ask(name, later.length)).ms);
    if (isCorrect) names = [...names, name];
    return {
      models: names.length,
      callMs: call?.ms,
      status: call?.status,
      answerMs: isCorrect ? toMs - fromMs : undefined,
      isReadyTooEarly:
        call !== undefined && saysReady && next !== undefined && next.outcome !== 'correct',
      firstMs: isCorrect ? first.ms : undefined,
      laterMs: isCorrect ? medianOf(later) : undefined,
      cpuMs: usedMs === undefined || usedNowMs === undefined ? undefined : usedNowMs - usedMs,
      text: isCorrect ? undefined : (first?.text ?? call?.text ?? first?.status),
      fromMs,
      toMs,
    };
  };

  /** Works while the neighbour is asked, and adds how it answered in each part of that time. */
  const underLoad = async (
    ratePerSecond: number,
    work: () => Promise<readonly TimedLoad[]>,
  ): Promise<readonly Loaded[]> => {
    const load = neighbour(ratePerSecond);
    let done: readonly TimedLoad[];
    try {
      await sleep(context.marginMs, undefined, { signal });
      done = await work();
      await sleep(context.marginMs, undefined, { signal });
    } finally {
      await load.stop();
    }
    for (const { fromMs, toMs } of done) {
      loadingMs += toMs - fromMs;
      duringLoads.push(
        ...load.samples.filter(({ plannedMs }) => plannedMs >= fromMs && plannedMs < toMs),
      );
    }
    return done.map((each) => withSilence(each, load.samples));
  };

  return {
    models: server.models,
    names: () => names,
    server: () => server,
    died: () => ended,
    ask,
    askAll,
    asked: () => ({ answers, wrong }),
    neighbour,
    loadAll: (models, ratePerSecond, goesOn) =>
      underLoad(ratePerSecond, async () => {
        const done: TimedLoad[] = [];
        for (const [name, file] of models) {
          const load = await loadOne(name, file);
          done.push(load);
          if (goesOn !== undefined && !(await goesOn(withSilence(load, [])))) break;
        }
        return done;
      }),
    restart: async (models, ratePerSecond) => {
      const [loaded] = await underLoad(ratePerSecond, async () => {
        const fromMs = performance.now();
        const before = server;
        await before.stop();
        let text: string | undefined;
        try {
          server = await context.start(Object.fromEntries(models));
          ended = undefined;
          watch(server);
        } catch (error) {
          if (!(error instanceof BenchError)) throw error;
          text = error.message;
        }
        const [newest = neighbourName] = models.at(-1) ?? [];
        const answered = text === undefined ? await untilCorrect(newest, fromMs) : undefined;
        const toMs = performance.now();
        const isCorrect = answered?.outcome === 'correct';
        names = isCorrect ? models.map(([name]) => name) : [];
        text ??= isCorrect ? undefined : (answered?.text ?? answered?.status);
        return [
          {
            models: models.length,
            answerMs: isCorrect ? toMs - fromMs : undefined,
            text,
            fromMs,
            toMs,
          },
        ];
      });
      if (loaded === undefined) throw new Error('a restart has one result');
      return loaded;
    },
    unload: async (models) => {
      for (const name of models) {
        await withTimeLimit(loadLimitMs, signal, async (limited) =>
          server.models.unload?.(name, over, limited).catch(() => signal.throwIfAborted()),
        );
      }
      names = names.filter((name) => !models.includes(name));
    },
    during: () => ({
      ...silenceOf(duringLoads, -Infinity, Infinity),
      seconds: loadingMs / 1000,
    }),
    read: (settleSeconds) => readMemory(server.processes, names.length, settleSeconds, signal),
  };
};

const withSilence = (
  { fromMs, toMs, ...load }: TimedLoad,
  samples: readonly NeighbourSample[],
): Loaded => ({ ...load, neighbour: silenceOf(samples, fromMs, toMs) });
