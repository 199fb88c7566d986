import { manifestOf, servingNames } from '../../../serving-configs/index.ts';
import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import { commonOptionSpecs, jsonText, type Command } from './command.ts';
import { helpTexts } from './help.ts';
import { demandWords, parseCommandLine } from './usage.ts';

const describe = () =>
  servingNames.map((serving) => {
    const { title, version, payloads, defaultPayload, ...rest } = manifestOf(serving);
    return {
      serving,
      title,
      version,
      protocols: PROTOCOLS.filter((protocol) => rest[protocol] !== undefined),
      payloads,
      defaultPayload,
    };
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
  const rows = servings.map((one) => [
    one.serving,
    `${one.title} ${one.version}`,
    one.protocols.join(', '),
    Object.entries(one.payloads)
      .map(
        ([payload, encodings]) =>
          `${payload}${payload === one.defaultPayload ? '*' : ''} (${encodings.join(', ')})`,
      )
      .join(', '),
  ]);
  console.out(table([['serving', 'platform', 'protocols', 'payloads (encodings)'], ...rows]));
  console.out('\n* where a request names no payload; the first encoding is the default\n');
  return Promise.resolve(0);
};
