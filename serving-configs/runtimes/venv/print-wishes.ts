/** Prints the packages that an environment is to have, for the program that pins all of them; see README.md. */
import { wishesOf } from './wishes.ts';

const [environment = ''] = process.argv.slice(2);
const wishes = await wishesOf(environment);
if (wishes === '') {
  process.stderr.write(
    `error: no environment "${environment}"\nhint:  "venv" of a manifest names its own\n`,
  );
  process.exit(2);
}
process.stdout.write(wishes);
