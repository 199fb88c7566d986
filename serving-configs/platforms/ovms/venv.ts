import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  ovms: { impossible: 'no package carries the server; the one of OpenVINO has its runtime only' },
} as const satisfies PlatformVenv;
