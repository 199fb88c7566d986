/* Installs the servers and clients of `npm run test:real` in advance, so that no test waits for them. The packages that only
   `npm run test:real:all` needs, a quarter of the disk space, are left out. */
import { servingNames } from '../../serving-configs/index.ts';
import { installServings } from '../../serving-configs/runtimes/venv/install.ts';
import { factsOf, isPossible } from '../../serving-configs/runtimes/venv/venv-facts.ts';
import { clientsPython } from './clients/clients-python.ts';

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const servings = servingNames.filter((serving) => {
  const facts = factsOf(serving);
  return isPossible(facts) && facts.environment !== 'workers';
});
await installServings(servings, tell, new AbortController().signal);
await clientsPython(tell);
