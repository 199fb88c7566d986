// Installs the clients in advance, so that no test waits for them.
import { clientsPython } from './clients-python.ts';

await clientsPython((line) => process.stderr.write(`${line}\n`));
