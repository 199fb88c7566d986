import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MachineTool } from '../../manifest.ts';

const run = promisify(execFile);

/** The program of each tool, and the command that installs it on Debian and Ubuntu. */
const tools = {
  java: { program: 'java', remedy: 'apt-get install -y openjdk-17-jre-headless' },
  'c++': { program: 'g++', remedy: 'apt-get install -y g++' },
} as const satisfies Record<MachineTool, { readonly program: string; readonly remedy: string }>;

/** Takes a tenth of a second; on a very busy machine, 10 s were too short. */
const PROBE_LIMIT_MS = 120_000;

const isInstalled = async (program: string, env: NodeJS.ProcessEnv): Promise<boolean> => {
  try {
    // Java before release 9 has no --version, and is too old anyway.
    await run(program, ['--version'], { env, timeout: PROBE_LIMIT_MS });
    return true;
  } catch {
    return false;
  }
};

interface MissingTool {
  readonly tool: MachineTool;
  readonly remedy: string;
}

/** The tools that are missing on this machine. */
export const missingTools = async (
  needs: readonly MachineTool[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<MissingTool[]> => {
  const missing: MissingTool[] = [];
  for (const tool of needs) {
    const { program, remedy } = tools[tool];
    if (!(await isInstalled(program, env))) missing.push({ tool, remedy });
  }
  return missing;
};

/** Why no platform can run from packages on a machine; undefined if it can. */
export const reasonAgainstMachine = ({
  platform,
  arch,
}: { readonly platform: string; readonly arch: string } = process): string | undefined =>
  platform === 'linux' && arch === 'x64'
    ? undefined
    : `the packages are pinned for Linux on x86-64, and this is ${platform} on ${arch}`;
