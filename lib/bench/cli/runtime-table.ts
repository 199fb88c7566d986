import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import type { ModelFormat } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { reasonAgainstModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import { BenchError } from '../model/errors.ts';
import { LOCAL_RUNTIMES, type LocalRuntime } from '../model/plan.ts';
import { listRuntime, reasonOf, type RuntimeEntry } from '../run/list-runtime.ts';
import { columns, hangingLines } from '../wording/columns.ts';
import { containerSourcesOf } from './runtime-option.ts';

/** Every serving, in the order of the manifests. */
type Entries = readonly RuntimeEntry[];

const sources = () => containerSourcesOf(undefined);

const SIMULATED = 'the simulated server behind the protocol of each';

/**
 * What a runtime can run; if that is unknown, nothing, with the reason and the remedy.
 *
 * @param formats what a user's model comes as; undefined: ours is served
 */
const entriesOf = async (
  runtime: LocalRuntime,
  signal: AbortSignal,
  formats?: readonly ModelFormat[],
): Promise<Entries> => {
  try {
    const listed = await listRuntime(runtime, sources, signal, formats);
    return (
      listed?.entries ??
      servingNames.map((serving) => ({ serving, state: 'installed', platform: SIMULATED }))
    );
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    signal.throwIfAborted();
    const { message, hint } = error;
    const reason = hint === undefined ? message : `${message} (${hint})`;
    return servingNames.map((serving): RuntimeEntry => {
      const against =
        runtime === 'docker' && formats !== undefined
          ? reasonAgainstModel(serving, formats)
          : undefined;
      return against === undefined
        ? { serving, state: 'not-installed', reason }
        : { serving, state: 'impossible', reason: against };
    });
  }
};

/** The same of all runtimes. */
export const runtimesHere = async (
  signal: AbortSignal,
  formats?: readonly ModelFormat[],
): Promise<Readonly<Record<LocalRuntime, Entries>>> => {
  const [simulated = [], venv = [], docker = []] = await Promise.all(
    LOCAL_RUNTIMES.map((runtime) => entriesOf(runtime, signal, formats)),
  );
  return { simulated, venv, docker };
};

const MARKS = { installed: 'yes', 'not-installed': 'no', impossible: 'never' } as const;

const markOf = ({ state, real }: RuntimeEntry): string =>
  state === 'installed' && real === false ? 'stand-in' : MARKS[state];

/** Remarks on a runtime; several servings share one. */
const remarksOf = (entries: Entries, count: number): readonly string[] => {
  const servingsBy = new Map<string, string[]>();
  for (const entry of entries) {
    const { platform, engine, note } = entry;
    const remark =
      entry.state === 'installed'
        ? [platform, engine === undefined ? undefined : `computes with ${engine}`, note]
            .filter((part) => part !== undefined)
            .join('; ')
        : reasonOf(entry);
    if (remark === '') continue;
    servingsBy.set(remark, [...(servingsBy.get(remark) ?? []), entry.serving]);
  }
  return [...servingsBy].map(([remark, servings]) => {
    const who = servings.length === count ? 'all' : servings.join(', ');
    return `${who}: ${remark}`;
  });
};

/**
 * Which of some servings can run here, a column for each runtime, and remarks.
 *
 * @param byRuntime what {@link runtimesHere} gives
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
    /** `reasons`: only why something cannot run. */
    readonly remarks: 'all' | 'reasons';
  },
): readonly string[] => {
  const own = LOCAL_RUNTIMES.map((runtime) => ({
    runtime,
    entries: byRuntime[runtime].filter(({ serving }) => servings.includes(serving)),
  }));
  const rows = servings.map((serving) => [
    serving,
    ...own.map(({ entries }) => {
      const entry = entries.find((one) => one.serving === serving);
      return entry === undefined ? '' : markOf(entry);
    }),
  ]);
  const remarks = own.flatMap(({ runtime, entries }) => {
    const lines = remarksOf(
      which === 'all' ? entries : entries.filter(({ state }) => state !== 'installed'),
      servings.length,
    );
    return lines.length === 0
      ? []
      : ['', runtime, ...lines.flatMap((line) => hangingLines('  ', line, width, 4))];
  });
  return [
    ...columns([['what can run here', ...own.map(({ runtime }) => runtime)], ...rows]),
    ...remarks,
  ];
};
