import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Asked,
  Loaded,
  ManyFigures,
  ManyPlan,
  Reading,
  Silence,
  Spread,
} from '../../model/many-models.ts';
import { createRandom } from '../../stats/random.ts';
import { counted } from '../../wording/format-number.ts';
import type { RunLoad } from '../load-process.ts';
import { readProcesses } from '../../load/process-cpu.ts';
import { machineMemory } from './memory.ts';
import { silenceOf } from './neighbour.ts';
import { openSession, type ServerSession, type SessionContext } from './server-session.ts';

/** What measuring a server needs. */
export interface ManyContext extends SessionContext {
  readonly many: Pick<ManyPlan, 'counts' | 'memoryLimitMiB'>;
  /** The models, names with absolute files, in the order in which they are loaded. */
  readonly models: readonly (readonly [name: string, file: string])[];
  /** A model that takes long to load. */
  readonly slowFile: string;
  readonly durationSeconds: number;
  readonly seed: number;
  /** A folder for files of this server. */
  readonly folder: string;
  /** Absolute paths of the bodies of the book. */
  readonly bodyFiles: readonly string[];
  /** Absolute paths of the correct answers of a model, in the order of the bodies. */
  readonly answerFiles: (model: string) => readonly string[];
  /** Starts another server with a single model, beside the others. */
  readonly startSingle: SessionContext['start'];
  readonly runLoad: RunLoad;
  /** How long the neighbour is asked while nothing is loaded. */
  readonly controlSeconds: number;
  /** How long a server may take to come to rest before its memory is read. */
  readonly settleSeconds: number;
  /** On the clock of `performance.now()`. */
  readonly endBeforeMs: number;
  /** Says what is done now. */
  readonly tell: (what: string) => void;
}

const USERS = 4;
const RATE_SHARE = 0.3;
const MAX_RATE = 200;
const BURNS = 3;
const CYCLES = 2;
const IN_CYCLE = 10;
const FAILED_IN_ROW = 3;
const SLOW = 'slow';
const MIN_AVAILABLE_SHARE = 0.15;
const WARMUP_SECONDS = 0.3;
/** Further restarts of a server that loads nothing while it runs, so that its memory has as many readings as a slope needs. */
const RESTART_READINGS = 8;

type Stopped = NonNullable<ManyFigures['stopped']>;

/** The requests of a window: which model is asked, so often as its share demands. */
const shares = (names: readonly string[], isZipf: boolean): readonly string[] => {
  if (!isZipf) return names;
  const total = names.reduce((sum, _, at) => sum + 1 / (at + 1), 0);
  const count = Math.max(200, 4 * names.length);
  return names.flatMap((name, at) =>
    Array.from({ length: Math.max(1, Math.round(count / (at + 1) / total)) }, () => name),
  );
};

/** The rate of virtual users that ask models. */
const rateOf = async (
  context: ManyContext,
  session: ServerSession,
  asked: readonly string[],
  seconds = context.durationSeconds,
): Promise<{ readonly rate: number; readonly wrong: number; readonly generatorShare: number }> => {
  const { bodyFiles, answerFiles, book, seed, timeoutMs, signal } = context;
  const requests = asked.map((name, at) => {
    const input = at % bodyFiles.length;
    const { url, headers } = session.models.requestTo(name);
    const { pathname, search } = new URL(url);
    return {
      path: pathname + search,
      headers,
      body: bodyFiles[input] ?? '',
      answer: answerFiles(name)[input] ?? '',
    };
  });
  const load = await context.runLoad(
    {
      url: session.models.requestTo(asked[0] ?? '').url,
      images: requests.map(({ body }) => body),
      paths: requests.map(({ path }) => path),
      headers: requests.map(({ headers }) => headers),
      expect: { answers: requests.map(({ answer }) => answer), checks: book.checks },
      seed,
      level: { loop: 'closed', virtualUsers: USERS },
      warmupSeconds: WARMUP_SECONDS,
      durationSeconds: seconds,
      timeoutMs,
    },
    () => undefined,
    signal,
  );
  const { 'wrong-answer': wrong = 0, 'not-understood': unclear = 0 } = load.failures;
  return {
    rate: load.requestRatePerSecond,
    wrong: wrong + unclear,
    generatorShare: load.self.cpuMs / (load.durationSeconds * 1000),
  };
};

/** The rates over all models between two of one. */
const spreadOver = async (context: ManyContext, session: ServerSession): Promise<Spread> => {
  const names = session.names();
  const one = names.slice(0, 1);
  const before = await rateOf(context, session, one);
  const uniform = await rateOf(context, session, shares(names, false));
  const zipf = await rateOf(context, session, shares(names, true));
  const after = await rateOf(context, session, one);
  const all = [before, uniform, zipf, after];
  return {
    models: names.length,
    one: [before.rate, after.rate],
    uniform: uniform.rate,
    zipf: zipf.rate,
    wrong: all.reduce((sum, { wrong }) => sum + wrong, 0),
    generatorShare: Math.max(...all.map(({ generatorShare }) => generatorShare)),
  };
};

/** Draws inputs of the book. */
const inputsOf = ({ seed, bodyFiles }: ManyContext): (() => number) => {
  const random = createRandom(seed);
  return () => Math.floor(random() * bodyFiles.length);
};

/** Starts servers with one model each, and reads what all of them use. */
const measureSingles = async ({
  models,
  startSingle,
  ...context
}: ManyContext): Promise<ManyFigures['single']> => {
  const sessions: ServerSession[] = [];
  const singles = [];
  try {
    for (const model of models.slice(0, 3)) {
      const fromMs = performance.now();
      const session = await openSession({ ...context, start: startSingle }, model);
      sessions.push(session);
      await session.ask(model[0]);
      const answerMs = performance.now() - fromMs;
      const { MiB } = await session.read(context.settleSeconds);
      singles.push({ MiB, answerMs });
    }
  } finally {
    for (const session of sessions) await session.server().stop();
  }
  return singles;
};

/** How the neighbour answers while something else happens. */
const neighbourDuring = async (
  session: ServerSession,
  ratePerSecond: number,
  work: () => Promise<unknown>,
): Promise<Silence> => {
  const load = session.neighbour(ratePerSecond);
  const fromMs = performance.now();
  await work().finally(load.stop);
  return silenceOf(load.samples, fromMs, performance.now());
};

/** Burns CPU time in another process, several times. */
const burn = async (cpuMs: number, signal: AbortSignal): Promise<void> => {
  const script = `const until = process.cpuUsage().user / 1000 + ${cpuMs}; while (process.cpuUsage().user / 1000 < until);`;
  for (let times = 0; times < BURNS; times += 1) {
    const burning = spawn(process.execPath, ['-e', script], { stdio: 'ignore', signal });
    await new Promise((resolve) => burning.once('close', resolve).once('error', resolve));
    signal.throwIfAborted();
  }
};

/** Models until the given count, by one call after another or by restarts. */
const grow = async (
  context: ManyContext,
  session: ServerSession,
  count: number,
  ratePerSecond: number,
  { readings, loads }: { readonly readings: Reading[]; readonly loads: Loaded[] },
): Promise<Stopped | undefined> => {
  const { many, models, endBeforeMs } = context;
  let stopped: Stopped | undefined;
  let failedInRow = 0;
  const goesOn = async (loaded: Loaded): Promise<boolean> => {
    failedInRow = loaded.answerMs === undefined ? failedInRow + 1 : 0;
    const held = session.names().length;
    const died = session.died();
    if (died !== undefined) {
      stopped = { models: held, why: 'died', text: died };
      return false;
    }
    const reading = await session.read(0);
    if (loaded.answerMs !== undefined) readings.push(reading);
    const { totalMiB, availableMiB } = await machineMemory();
    if (reading.MiB > many.memoryLimitMiB) {
      stopped = {
        models: held,
        why: 'memory-limit',
        text: `memory limit of ${many.memoryLimitMiB} MiB`,
      };
    } else if (availableMiB < MIN_AVAILABLE_SHARE * totalMiB) {
      stopped = {
        models: held,
        why: 'machine-memory',
        text: `only ${Math.round(availableMiB)} MiB of this machine were left`,
      };
    } else if (failedInRow >= FAILED_IN_ROW) {
      stopped = {
        models: held,
        why: 'failed-loads',
        text: `${failedInRow} loads failed in a row: ${loaded.text ?? loaded.status ?? 'no answer'}`,
      };
    } else if (performance.now() > endBeforeMs) {
      stopped = { models: held, why: 'time', text: 'its time was up' };
    }
    return stopped === undefined;
  };
  if (session.models.load === undefined) {
    const step = Math.max(1, Math.floor((many.counts.at(-1) ?? 1) / RESTART_READINGS));
    for (let held = session.names().length; held < count; held = session.names().length) {
      const next = Math.min(count, held + step);
      const loaded = await session.restart(models.slice(0, next), ratePerSecond);
      loads.push(loaded);
      const isOver = !(await goesOn(loaded));
      if (isOver || loaded.answerMs === undefined) break;
    }
    return stopped;
  }
  loads.push(
    ...(await session.loadAll(models.slice(session.names().length, count), ratePerSecond, goesOn)),
  );
  return stopped;
};

/** Loads a truncated file, then good ones. */
const tryBroken = async (
  context: ManyContext,
  session: ServerSession,
  ratePerSecond: number,
): Promise<ManyFigures['broken']> => {
  const [first, second = first] = context.models;
  if (first === undefined || second === undefined) return undefined;
  const bytes = await readFile(first[1]);
  const file = join(context.folder, 'broken.onnx');
  await writeFile(file, bytes.subarray(0, bytes.length / 2));
  if (session.models.load === undefined) {
    const before = context.models.slice(0, session.names().length);
    const load = await session.restart([...before, ['broken', file]], ratePerSecond);
    const others = [await session.ask(first[0])].filter(({ outcome }) => outcome !== 'correct');
    const repaired = await session.restart([...before, ['broken', first[1]]], ratePerSecond);
    return { load, others, repaired };
  }
  const [load] = await session.loadAll([['broken', file]], ratePerSecond);
  if (load === undefined) return undefined;
  if (session.died() !== undefined) return { load, others: [] };
  const others = await session.askAll(inputsOf(context));
  const [repaired] = await session.loadAll([['broken', first[1]]], ratePerSecond);
  const [later] = await session.loadAll([['later', second[1]]], ratePerSecond);
  return { load, others, repaired, later };
};

/** Loads and unloads models again, and reads what stays. */
const cycle = async (
  { models, settleSeconds }: ManyContext,
  session: ServerSession,
  ratePerSecond: number,
): Promise<Reading> => {
  const some = models.slice(1, 1 + IN_CYCLE);
  await session.loadAll(some, ratePerSecond);
  await session.unload(some.map(([name]) => name));
  return session.read(settleSeconds);
};

/**
 * Measures how a server holds many models: what each costs, what the neighbour notices when one is loaded, what errors do, and what comes
 * back.
 */
export const measureServer = async (context: ManyContext): Promise<ManyFigures> => {
  const { models, many, tell, signal } = context;
  const [first] = models;
  if (first === undefined) throw new Error('a run has a model');
  tell('one server per model');
  const single = await measureSingles(context);
  tell('starting with one model');
  const startedMs = performance.now();
  const session = await openSession(context, first);
  try {
    await session.ask(first[0]);
    const startMs = performance.now() - startedMs;
    const pids = new Set((await session.server().processes.list()).map(({ pid }) => pid));
    const { rate } = await rateOf(context, session, [first[0]], 1);
    const ratePerSecond = Number(Math.max(1, Math.min(RATE_SHARE * rate, MAX_RATE)).toPrecision(3));
    const control = await neighbourDuring(session, ratePerSecond, () =>
      sleep(context.controlSeconds * 1000, undefined, { signal }),
    );
    const readings = [await session.read(context.settleSeconds)];
    const loads: Loaded[] = [];
    const spread: Spread[] = [];
    const drawInput = inputsOf(context);
    let stopped: Stopped | undefined;
    for (const count of many.counts) {
      tell(`growing to ${counted(count, 'model')}`);
      stopped = await grow(context, session, count, ratePerSecond, { readings, loads });
      if (session.died() !== undefined || session.names().length === 0) break;
      readings.push(await session.read(context.settleSeconds));
      await session.askAll(drawInput);
      if (session.names().length > 1) spread.push(await spreadOver(context, session));
      if (stopped !== undefined) break;
    }
    const figures = {
      state: 'completed',
      how: session.models.how,
      note: session.models.note,
      single,
      startMs,
      ratePerSecond,
      control,
      readings,
      loads,
      during: session.during(),
      spread,
      asked: session.asked(),
      slow: [],
      cycles: [],
      stopped,
      isSameProcess: false,
      leftOver: 0,
    } as const;
    if (session.died() !== undefined) return figures;
    const rest = await measureRest(context, session, ratePerSecond);
    const last = await session.server().processes.list();
    await session.server().stop();
    const alive = new Set(readProcesses().map(({ pid }) => pid));
    return {
      ...figures,
      ...rest,
      isSameProcess: [...pids].every((pid) => last.some((process) => process.pid === pid)),
      leftOver: last.filter(({ pid }) => alive.has(pid)).length,
    };
  } finally {
    await session.server().stop();
  }
};

/** A slow model, names that are not there, a broken file, and unloading. */
const measureRest = async (
  context: ManyContext,
  session: ServerSession,
  ratePerSecond: number,
): Promise<Partial<ManyFigures>> => {
  const { models, slowFile, tell, signal } = context;
  const canLoad = session.models.load !== undefined;
  const canUnload = session.models.unload !== undefined;
  tell('a slow model');
  const slow: Loaded[] = [];
  for (const name of canLoad ? [SLOW, ...(canUnload ? [SLOW] : [])] : []) {
    slow.push(...(await session.loadAll([[name, slowFile]], ratePerSecond)));
    if (session.died() !== undefined) return { slow };
    if (canUnload) await session.unload([name]);
  }
  const cpuMs = Math.max(0, ...slow.map((load) => load.cpuMs ?? 0));
  const burned =
    cpuMs === 0
      ? undefined
      : await neighbourDuring(session, ratePerSecond, () => burn(cpuMs, signal));
  tell('unknown names and a broken file');
  const unknown = await session.ask('no-such-model');
  const last = session.names().at(-1);
  let unloaded: Asked | undefined;
  if (canUnload && last !== undefined && last !== models[0]?.[0]) {
    await session.unload([last]);
    unloaded = await session.ask(last);
    await session.loadAll(
      models.filter(([name]) => name === last),
      ratePerSecond,
    );
  }
  const listed = await session.models.list?.(signal).catch(() => undefined);
  const counts = listed && { listed: listed.length, models: session.names().length };
  const broken = await tryBroken(context, session, ratePerSecond);
  const common = { slow, burn: burned, unknown, unloaded, listed: counts, broken };
  if (!canUnload || session.died() !== undefined) return common;
  tell('unloading');
  await session.unload([...session.names().slice(1), 'broken', 'later']);
  const afterUnload = await session.read(context.settleSeconds);
  const cycles: Reading[] = [];
  while (cycles.length < CYCLES) cycles.push(await cycle(context, session, ratePerSecond));
  return { ...common, afterUnload, cycles };
};
