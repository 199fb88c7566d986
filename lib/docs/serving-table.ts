import {
  endpointOf,
  ownManifestOf,
  protocolsOf,
  servingNames,
} from '../../serving-configs/index.ts';
import type { ContainerFacts, Endpoint, Protocol } from '../../serving-configs/manifest.ts';

const words: Readonly<Record<Protocol, string>> = { rest: 'REST', grpc: 'gRPC' };

const payloadText = ({ payloads, defaultPayload }: Endpoint): string =>
  Object.entries<readonly string[]>(payloads)
    .map(
      ([payload, encodings]) =>
        `\`${payload}\`${payload === defaultPayload ? '*' : ''} (${encodings.join(', ')})`,
    )
    .join(', ');

/** Says which image was tested. All ran on a CPU. */
const containerText = (version: string, { image }: ContainerFacts): string => {
  if (!('official' in image)) return `its own image, ${version}, on a stand-in for its base`;
  return image.standIn === undefined ? 'never run' : `a stand-in: ${image.standIn}`;
};

/** A Markdown table of all servings with the facts of their manifests, a row for each protocol. */
export const servingTable = (): string => {
  const rows = servingNames.flatMap((serving) => {
    const {
      title,
      version,
      container,
      checkedAgainst = 'nothing: never run',
    } = ownManifestOf(serving);
    return protocolsOf(serving).flatMap((protocol, index) => {
      const endpoint = endpointOf(serving, protocol);
      if (endpoint === undefined) return [];
      const cells = [
        index === 0 ? `\`${serving}\` | ${title} ${version}` : ' | ',
        words[protocol],
        payloadText(endpoint),
        checkedAgainst,
        index === 0 ? containerText(version, container) : '',
      ];
      return [`| ${cells.join(' | ')} |`];
    });
  });
  return [
    '| id | platform | protocol | payloads (encodings, default first); * if a request names none | checked against, from packages | its container, as tested |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
};
