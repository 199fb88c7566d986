import {
  endpointOf,
  protocolsOf,
  servingFactsOf,
  servingNames,
} from '../../../serving-configs/index.ts';
import type { Endpoint } from '../../../serving-configs/manifest.ts';
import { LOCAL_RUNTIMES } from '../model/plan.ts';
import { archivedWords } from '../wording/archived.ts';
import { columns, hangingLines } from '../wording/text-layout.ts';
import { command, jsonText } from './command.ts';
import { json } from './options.ts';
import { runtimeLines, runtimesHere } from './runtime-table.ts';

const describe = (byRuntime: Awaited<ReturnType<typeof runtimesHere>>) =>
  servingNames.map((serving) => {
    const { title, version } = servingFactsOf(serving);
    const protocols = Object.fromEntries(
      protocolsOf(serving).map((protocol) => [protocol, endpointOf(serving, protocol)]),
    );
    const runtimes = Object.fromEntries(
      LOCAL_RUNTIMES.map((runtime) => {
        const entry = byRuntime[runtime].find((candidate) => candidate.serving === serving);
        const { serving: _, ...facts } = entry ?? { serving, state: 'impossible' as const };
        return [runtime, facts];
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

/** The width that the other columns leave. */
const PAYLOAD_COLUMNS = 36;

const protocolTable = (): readonly string[] => {
  const rows = servingNames.flatMap((serving) => {
    const { title, version } = servingFactsOf(serving);
    const names = [`${title} ${version}`, archivedWords(serving) ?? ''].filter(Boolean);
    const lines = protocolsOf(serving).flatMap((protocol) => {
      const endpoint = endpointOf(serving, protocol);
      const payloads = endpoint === undefined ? '' : payloadText(endpoint);
      return hangingLines('', payloads, PAYLOAD_COLUMNS).map((line, at) => [
        at === 0 ? protocol : '',
        line,
      ]);
    });
    return Array.from({ length: Math.max(lines.length, names.length) }, (_, at) => [
      at === 0 ? serving : '',
      names[at] ?? '',
      ...(lines[at] ?? []),
    ]);
  });
  return columns([['serving', 'platform', 'protocol', 'payloads (encodings)'], ...rows]);
};

/** Lists the servings, and which of them can run here. */
export const servings = command({
  description:
    'Lists the servings with their protocols, payloads and encodings, then which of them can run here with each runtime, and why the others cannot. "stand-in": a program of this project takes the place of the real server.',
  options: { json },
  examples: ['npx serving-compare servings', 'npx serving-compare servings --json'],
  run: async ({ json: asJson }, { console, signal }) => {
    const byRuntime = await runtimesHere(signal, { kind: 'built' });
    if (asJson) {
      console.out(jsonText({ servings: describe(byRuntime) }));
      return 0;
    }
    const lines = [
      ...protocolTable(),
      '',
      '* the default payload; the first encoding is the default',
      '',
      ...runtimeLines(byRuntime, {
        servings: servingNames,
        width: console.outStyle.width,
        remarks: 'all',
      }),
    ];
    console.out(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
});
