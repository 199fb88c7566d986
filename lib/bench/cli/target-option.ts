import type { Kind } from '../../../serving-configs/options/kinds.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import type { NamedUrl } from '../run/servings/running-servers/given-server.ts';

const SEPARATOR = '\0';
const expected = 'a name and an address, such as mine=http://localhost:9000/predict';

const readServer = (text: string): NamedUrl => {
  const [, name, url] = /^([^=]+)=(\w+:\/\/.+)$/.exec(text) ?? [];
  if (name !== undefined && url !== undefined) return { name, url };
  const [, withoutScheme] = /^([^=/]+=[^=/:]+:\d+.*)$/.exec(text) ?? [];
  throw new UsageError(
    `"${text}" is not of the form NAME=URL`,
    withoutScheme === undefined ? `give ${expected}` : `write ${text.replace('=', '=http://')}`,
  );
};

/** Running servers as `NAME=URL`; the option is repeated for each. */
export const namedServersKind: Kind<readonly NamedUrl[]> = {
  placeholder: 'NAME=URL',
  expected,
  joinedBy: SEPARATOR,
  read: (text) => {
    const servers = text.split(SEPARATOR).map(readServer);
    const names = servers.map(({ name }) => name);
    const repeated = names.find((name, index) => names.indexOf(name) < index);
    if (repeated === undefined) return servers;
    throw new UsageError(`${repeated} is given twice`, 'give each server a name of its own');
  },
  write: (servers) => servers.map(({ name, url }) => `${name}=${url}`).join(SEPARATOR),
  wrong: () => [],
};
