import {
  endpointOf,
  ownManifestOf,
  protocolsOf,
  servingNames,
} from '../../serving-configs/index.ts';
import { markdownTable } from './markdown-table.ts';
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
      startTimeoutSeconds,
      checkedAgainst = 'nothing: never run',
    } = ownManifestOf(serving);
    return protocolsOf(serving).flatMap((protocol, index) => {
      const endpoint = endpointOf(serving, protocol);
      if (endpoint === undefined) return [];
      const isFirst = index === 0;
      return [
        [
          isFirst ? `\`${serving}\`` : '',
          isFirst ? `${title} ${version}` : '',
          words[protocol],
          String(endpoint.port),
          payloadText(endpoint),
          isFirst ? `${startTimeoutSeconds} s` : '',
          checkedAgainst,
          isFirst ? containerText(version, container) : '',
        ],
      ];
    });
  });
  return markdownTable([
    [
      'id',
      'platform',
      'protocol',
      'port',
      'payloads (encodings, default first); * if a request names none',
      'ready within',
      'checked against, from packages',
      'its container, as tested',
    ],
    ...rows,
  ]);
};
