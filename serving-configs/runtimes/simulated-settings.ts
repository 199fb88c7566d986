import type { Settings } from '../settings.ts';

/** The options of the simulated server for settings. By default, it has one instance, no batches, and a thread for each core. */
export const settingsArguments = (settings: Settings | undefined): readonly string[] =>
  settings === undefined || settings === 'default'
    ? []
    : [
        '--instances',
        String(settings.instances),
        '--threads',
        String(settings.threads),
        '--max-batch',
        String(settings.maxBatch),
        '--batch-delay',
        `${settings.batchDelayMs}ms`,
      ];
