import { accessSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** By default the one of the Linux distribution. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * Starts Chromium without a window.
 *
 * @throws Error if it is not installed; the tests are not skipped then
 */
export const startChromium = async (): Promise<Browser> => {
  try {
    accessSync(EXECUTABLE);
  } catch (error) {
    throw new Error(
      `no Chromium at ${EXECUTABLE}; install it with "apt-get install -y chromium", or set CHROMIUM to its path`,
      { cause: error },
    );
  }
  return chromium.launch({
    executablePath: EXECUTABLE,
    // Root cannot use the sandbox, and we trust our own page.
    args: ['--no-sandbox'],
  });
};
