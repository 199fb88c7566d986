/** Prints the packages that an environment should have, as input for `uv pip compile`; see README.md. */
import { wantedPackages } from './requirements.ts';

const [environment = ''] = process.argv.slice(2);
const wanted = await wantedPackages(environment);
if (wanted === '') {
  process.stderr.write(
    `error: no environment "${environment}"\nhint:  use the name in "venv" of a manifest\n`,
  );
  process.exit(2);
}
process.stdout.write(wanted);
