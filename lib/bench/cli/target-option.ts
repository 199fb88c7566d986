import type { Kind } from '../../../serving-configs/options/kinds.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import type { NamedUrl } from '../run/running-servers/given-server.ts';

const SEPARATOR = '\0';
const expected = 'a name and an address, such as mine=http://localhost:9000/predict';

const read = (text: string): NamedUrl => {
  const [, name, url] = /^([^=]+)=(\w+:\/\/.+)$/.exec(text) ?? [];
  if (name !== undefined && url !== undefined) return { name, url };
  throw new UsageError(`"${text}" names no running server`, `give ${expected}`);
};

/** Running servers: `NAME=URL`, and the option again for the next. */
export const namedUrls: Kind<readonly NamedUrl[]> = {
  placeholder: 'NAME=URL',
  expected,
  joinedBy: SEPARATOR,
  read: (text) => {
    const servers = text.split(SEPARATOR).map(read);
    const twice = servers.find(
      ({ name }, at) => servers.findIndex((one) => one.name === name) < at,
    );
    if (twice === undefined) return servers;
    throw new UsageError(`${twice.name} is given twice`, 'give each server a name of its own');
  },
  write: (servers) => servers.map(({ name, url }) => `${name}=${url}`).join(SEPARATOR),
  wrong: () => [],
};
