/** Prints the packages that an environment is to have, for the program that pins all of them; see README.md. */
import { wantedPackages } from './wanted-packages.ts';

const [environment = ''] = process.argv.slice(2);
const wanted = await wantedPackages(environment);
if (wanted === '') {
  process.stderr.write(
    `error: no environment "${environment}"\nhint:  "venv" of a manifest names its own\n`,
  );
  process.exit(2);
}
process.stdout.write(wanted);
