import {
  endpointOf,
  manifestOf,
  protocolsOf,
  servingNames,
} from '../../../serving-configs/index.ts';
import type { Endpoint } from '../../../serving-configs/manifest.ts';
import { commonOptionSpecs, jsonText, type Command } from './command.ts';
import { helpTexts } from './help.ts';
import { demandWords, parseCommandLine } from './usage.ts';

const describe = () =>
  servingNames.map((serving) => {
    const { title, version } = manifestOf(serving);
    const protocols = Object.fromEntries(
      protocolsOf(serving).map((protocol) => [protocol, endpointOf(serving, protocol)]),
    );
    return { serving, title, version, protocols };
  });

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
};

const payloadText = ({ payloads, defaultPayload }: Endpoint): string =>
  Object.entries(payloads)
    .map(
      ([payload, encodings]) =>
        `${payload}${payload === defaultPayload ? '*' : ''} (${encodings.join(', ')})`,
    )
    .join(', ');

/** Lists the servings, from their manifests. */
export const servingsCommand: Command = ({ args, console }) => {
  const { values, positionals } = parseCommandLine(args, commonOptionSpecs, 'servings');
  if (values.help === true) {
    console.out(helpTexts.servings);
    return Promise.resolve(0);
  }
  demandWords(positionals, 0, 'servings');
  const servings = describe();
  if (values.json === true) {
    console.out(jsonText({ servings }));
    return Promise.resolve(0);
  }
  const rows = servings.flatMap((one) =>
    Object.entries(one.protocols).map(([protocol, endpoint], index) => [
      index === 0 ? one.serving : '',
      index === 0 ? `${one.title} ${one.version}` : '',
      protocol,
      endpoint === undefined ? '' : payloadText(endpoint),
    ]),
  );
  console.out(table([['serving', 'platform', 'protocol', 'payloads (encodings)'], ...rows]));
  console.out('\n* where a request names no payload; the first encoding is the default\n');
  return Promise.resolve(0);
};
