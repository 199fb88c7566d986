import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { problemWithModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ModelOrigin } from '../../../serving-configs/models/model.ts';
import { groupBy } from '../analysis/group-by.ts';
import { BenchError } from '../model/errors.ts';
import { LOCAL_RUNTIMES, type LocalRuntime } from '../model/plan.ts';
import { reasonOf, type RuntimeEntry } from '../run/servings/runtime.ts';
import { runtimes } from '../run/servings/system-under-test.ts';
import { columns, hangingLines } from '../wording/text-layout.ts';
import { containerSourcesOf } from './runnable-servings.ts';

/** An entry for every serving, in the order of the manifests. */
type Entries = readonly RuntimeEntry[];

const defaultSources = () => containerSourcesOf(undefined);

/** The entry of a serving with a runtime that cannot say what it can run. */
const unlistedEntry = (
  serving: ServingName,
  runtime: LocalRuntime,
  reason: string,
  model: ModelOrigin,
): RuntimeEntry => {
  const problem = runtime === 'docker' ? problemWithModel(serving, model) : undefined;
  return problem === undefined
    ? { serving, state: 'not-installed', reason }
    : { serving, state: 'impossible', ...problem };
};

/** Lists what a runtime can run. If that cannot be found out, no serving can run, with the reason and the remedy. */
const entriesOf = async (
  runtime: LocalRuntime,
  signal: AbortSignal,
  model: ModelOrigin,
): Promise<Entries> => {
  try {
    return (await runtimes[runtime].list({ sources: defaultSources, model }, signal)).entries;
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    signal.throwIfAborted();
    const { message, hint } = error;
    const reason = hint === undefined ? message : `${message}; ${hint}`;
    return servingNames.map((serving) => unlistedEntry(serving, runtime, reason, model));
  }
};

/** Lists what each runtime can run on this machine. */
export const runtimesHere = async (
  signal: AbortSignal,
  model: ModelOrigin,
): Promise<Readonly<Record<LocalRuntime, Entries>>> => {
  const [simulated = [], venv = [], docker = []] = await Promise.all(
    LOCAL_RUNTIMES.map((runtime) => entriesOf(runtime, signal, model)),
  );
  return { simulated, venv, docker };
};

const MARKS = { installed: 'yes', 'not-installed': 'no', impossible: 'never' } as const;

const markOf = ({ state, real, needs }: RuntimeEntry): string => {
  if (needs !== undefined) return `needs ${needs}`;
  return state === 'installed' && real === false ? 'stand-in' : MARKS[state];
};

const softwareText = ({ platform, engine, note }: RuntimeEntry): string =>
  [platform, engine === undefined ? undefined : `computes with ${engine}`, note]
    .filter((part) => part !== undefined)
    .join('; ');

/** The command that sets up servings of a runtime. It names them only if others are set up already. */
const setupRemark = (entries: Entries): readonly string[] => {
  const missing = entries.filter(({ setupCommand }) => setupCommand !== undefined);
  const [first] = missing;
  if (first?.setupCommand === undefined) return [];
  const which = entries.some(({ state }) => state === 'installed')
    ? ` --servings ${missing.map(({ serving }) => serving).join(',')}`
    : '';
  return [`to set servings up: ${first.setupCommand}${which}`];
};

/** Why a runtime cannot run anything, as a line without the details that `--runtime` gives; undefined if it can, or after a setup. */
const unavailableText = (runtime: LocalRuntime, entries: Entries): string | undefined => {
  const [reason = '', ...others] = new Set(entries.map(reasonOf));
  const isUnavailable =
    others.length === 0 &&
    entries.every(({ state, setupCommand }) => state !== 'installed' && setupCommand === undefined);
  return isUnavailable
    ? `${runtime}: not available (${reason.split(/ \(|; /, 1).join('')})`
    : undefined;
};

/** Remarks on a runtime. Servings with the same remark share a line. */
const remarksOf = (entries: Entries, which: 'all' | 'reasons'): readonly string[] => {
  const groups = groupBy(
    entries.filter(({ state }) => which === 'all' || state !== 'installed'),
    (entry) => (entry.state === 'installed' ? softwareText(entry) : reasonOf(entry)),
  );
  const remarks = [...groups].flatMap(([remark, group]) => {
    if (remark === '') return [];
    const who =
      group.length === entries.length ? 'all' : group.map(({ serving }) => serving).join(', ');
    return [`${who}: ${remark}`];
  });
  return [...remarks, ...setupRemark(entries)];
};

/**
 * Formats a table of servings with a column for each runtime, and remarks below it.
 *
 * @param byRuntime the result of {@link runtimesHere}
 */
export const runtimeLines = (
  byRuntime: Readonly<Record<LocalRuntime, Entries>>,
  {
    servings,
    width,
    remarks: which,
  }: {
    readonly servings: readonly ServingName[];
    readonly width: number;
    /** `reasons`: only why servings cannot run. */
    readonly remarks: 'all' | 'reasons';
  },
): readonly string[] => {
  const lists = LOCAL_RUNTIMES.map((runtime) => ({
    runtime,
    entries: byRuntime[runtime].filter(({ serving }) => servings.includes(serving)),
  }));
  const rows = servings.map((serving) => [
    serving,
    ...lists.map(({ entries }) => {
      const entry = entries.find((candidate) => candidate.serving === serving);
      return entry === undefined ? '' : markOf(entry);
    }),
  ]);
  const remarks = lists.flatMap(({ runtime, entries }) => {
    const unavailable = unavailableText(runtime, entries);
    if (unavailable !== undefined) return ['', ...hangingLines('', unavailable, width, 2)];
    const lines = remarksOf(entries, which);
    return lines.length === 0
      ? []
      : ['', runtime, ...lines.flatMap((line) => hangingLines('  ', line, width, 4))];
  });
  return [
    ...columns([['what can run here', ...lists.map(({ runtime }) => runtime)], ...rows]),
    ...remarks,
  ];
};
