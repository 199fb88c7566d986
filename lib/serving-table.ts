import { endpointOf, manifestOf, protocolsOf, servingNames } from '../serving-configs/index.ts';
import type { Endpoint, Protocol } from '../serving-configs/manifest.ts';

const words: Readonly<Record<Protocol, string>> = { rest: 'REST', grpc: 'gRPC' };

const payloadText = ({ payloads, defaultPayload }: Endpoint): string =>
  Object.entries<readonly string[]>(payloads)
    .map(
      ([payload, encodings]) =>
        `\`${payload}\`${payload === defaultPayload ? '*' : ''} (${encodings.join(', ')})`,
    )
    .join(', ');

/** Every serving with what its manifest says, a row for each protocol, as a Markdown table. */
export const servingTable = (): string => {
  const rows = servingNames.flatMap((serving) => {
    const {
      title,
      version,
      container,
      checkedAgainst = 'nothing: never run',
    } = manifestOf(serving);
    return protocolsOf(serving).flatMap((protocol, index) => {
      const endpoint = endpointOf(serving, protocol);
      if (endpoint === undefined) return [];
      const who = index === 0 ? `\`${serving}\` | ${title} ${version}` : ' | ';
      const run = container === undefined ? 'none' : 'never run';
      const cells = [who, words[protocol], payloadText(endpoint), checkedAgainst, run];
      return [`| ${cells.join(' | ')} |`];
    });
  });
  return [
    '| id | platform | protocol | payloads (encodings, default first); * where a request names none | checked against, from packages | container |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
};
