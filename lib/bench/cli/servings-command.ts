import {
  endpointOf,
  manifestOf,
  protocolsOf,
  servingNames,
} from '../../../serving-configs/index.ts';
import type { Endpoint } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../model/errors.ts';
import { LOCAL_RUNTIMES, type LocalRuntime } from '../model/plan.ts';
import { listRuntime } from '../run/runtime/list-runtime.ts';
import { reasonOf, type RuntimeEntry } from '../run/runtime/runtime-entry.ts';
import { columns, hangingLines } from '../wording/columns.ts';
import { jsonText, type Command } from './command.ts';
import type { commonOptions } from './options.ts';
import { containerSourcesOf } from './runtime-option.ts';

type Entries = readonly RuntimeEntry[];

const REFERENCE = { platform: 'the simulated server behind the protocol of each' } as const;

/** What a runtime can run; if that is unknown, nothing, with the reason and the remedy. */
const entriesOf = async (runtime: LocalRuntime, signal: AbortSignal): Promise<Entries> => {
  try {
    const listed = await listRuntime(runtime, () => containerSourcesOf(undefined), signal);
    return (
      listed?.entries ??
      servingNames.map((serving) => ({ serving, state: 'installed', ...REFERENCE }))
    );
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    signal.throwIfAborted();
    const { message, hint } = error;
    const reason = hint === undefined ? message : `${message} (${hint})`;
    return servingNames.map((serving) => ({ serving, state: 'not-installed', reason }));
  }
};

const describe = (byRuntime: Readonly<Record<LocalRuntime, Entries>>) =>
  servingNames.map((serving) => {
    const { title, version } = manifestOf(serving);
    const protocols = Object.fromEntries(
      protocolsOf(serving).map((protocol) => [protocol, endpointOf(serving, protocol)]),
    );
    const runtimes = Object.fromEntries(
      LOCAL_RUNTIMES.map((runtime) => {
        const own = byRuntime[runtime].find((entry) => entry.serving === serving);
        const { serving: _, ...entry } = own ?? { serving, state: 'impossible' as const };
        return [runtime, entry];
      }),
    );
    return { serving, title, version, protocols, runtimes };
  });

const payloadText = ({ payloads, defaultPayload }: Endpoint): string =>
  Object.entries(payloads)
    .map(
      ([payload, encodings]) =>
        `${payload}${payload === defaultPayload ? '*' : ''} (${encodings.join(', ')})`,
    )
    .join(', ');

/** What the other columns leave of a line. */
const PAYLOAD_COLUMNS = 36;

const protocolTable = (): readonly string[] => {
  const rows = servingNames.flatMap((serving) =>
    protocolsOf(serving).flatMap((protocol, index) => {
      const { title, version } = manifestOf(serving);
      const endpoint = endpointOf(serving, protocol);
      const payloads = endpoint === undefined ? '' : payloadText(endpoint);
      return hangingLines('', payloads, PAYLOAD_COLUMNS).map((line, at) =>
        at === 0
          ? [index === 0 ? serving : '', index === 0 ? `${title} ${version}` : '', protocol, line]
          : ['', '', '', line],
      );
    }),
  );
  return columns([['serving', 'platform', 'protocol', 'payloads (encodings)'], ...rows]);
};

const MARKS = { installed: 'yes', 'not-installed': 'no', impossible: 'never' } as const;

const markOf = ({ state, real }: RuntimeEntry): string =>
  state === 'installed' && real === false ? 'stand-in' : MARKS[state];

/** Remarks on a runtime; several servings share one. */
const remarksOf = (entries: Entries): readonly string[] => {
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
    const who = servings.length === entries.length ? 'all' : servings.join(', ');
    return `${who}: ${remark}`;
  });
};

const runtimeLines = (
  byRuntime: Readonly<Record<LocalRuntime, Entries>>,
  width: number,
): readonly string[] => {
  const rows = servingNames.map((serving, index) => [
    serving,
    ...LOCAL_RUNTIMES.map((runtime) => {
      const entry = byRuntime[runtime][index];
      return entry === undefined ? '' : markOf(entry);
    }),
  ]);
  const remarks = LOCAL_RUNTIMES.flatMap((runtime) => {
    const lines = remarksOf(byRuntime[runtime]);
    return lines.length === 0
      ? []
      : ['', runtime, ...lines.flatMap((line) => hangingLines('  ', line, width, 4))];
  });
  return [...columns([['what can run here', ...LOCAL_RUNTIMES], ...rows]), ...remarks];
};

/** Lists the servings and what of them can run here. */
export const servingsCommand: Command<typeof commonOptions> = async (
  { json },
  { console, signal },
) => {
  const [simulated, venv, docker] = await Promise.all(
    LOCAL_RUNTIMES.map((runtime) => entriesOf(runtime, signal)),
  );
  const byRuntime = { simulated: simulated ?? [], venv: venv ?? [], docker: docker ?? [] };
  if (json) {
    console.out(jsonText({ servings: describe(byRuntime) }));
    return 0;
  }
  const lines = [
    ...protocolTable(),
    '',
    '* the default payload; the first encoding is the default',
    '',
    ...runtimeLines(byRuntime, console.outStyle.width),
  ];
  console.out(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
