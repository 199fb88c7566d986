import { accessSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The distribution's own; another one by its path. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * Starts Chromium without a window.
 *
 * @throws Error where there is none: a page that no browser has opened is not tested
 */
export const startChromium = async (): Promise<Browser> => {
  try {
    accessSync(EXECUTABLE);
  } catch (error) {
    throw new Error(
      `no Chromium at ${EXECUTABLE}; install it with "apt-get install -y chromium", or name another one in CHROMIUM`,
      { cause: error },
    );
  }
  return chromium.launch({
    executablePath: EXECUTABLE,
    // Root may not use its sandbox, and the page is our own.
    args: ['--no-sandbox'],
  });
};
