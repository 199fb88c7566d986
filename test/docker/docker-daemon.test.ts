import { existsSync } from 'node:fs';
import { startDockerDaemon, type DockerDaemon } from './support/docker-daemon.ts';
import { dockerEnvironment } from './support/docker-environment.ts';
import { mountsBelow, processesOf } from './support/left-behind.ts';
import { findProgram } from './support/programs.ts';

const { image } = dockerEnvironment();
const PYTHON = image('python:3.11-slim-bookworm');

/** What is still there of a daemon that was stopped. */
const leftBehindBy = ({ folder }: DockerDaemon) => ({
  folder: existsSync(folder),
  mounts: mountsBelow(folder),
  processes: processesOf(folder),
});

const NOTHING = { folder: false, mounts: [], processes: [] };

describe('a Docker daemon of a test', () => {
  it('pulls from the registry of the run and leaves nothing behind, also after a crash', async () => {
    const daemon = await startDockerDaemon();
    try {
      await daemon.docker('pull', '--quiet', PYTHON);
      const container = await daemon.docker('run', '--detach', PYTHON, 'sleep', '1000');

      expect(container.trim()).toMatch(/^[0-9a-f]{64}$/);

      await daemon.kill();

      // The keeper of its container and the container live on.
      expect(processesOf(daemon.folder).length).toBeGreaterThanOrEqual(2);
    } finally {
      await daemon.stop();
    }

    expect(leftBehindBy(daemon)).toEqual(NOTHING);
  }, 120_000);

  it('says what it printed where it cannot start', async () => {
    await expect(startDockerDaemon({ args: ['--storage-driver=none-such'] })).rejects.toThrow(
      /dockerd did not answer.*none-such/s,
    );
  });
});

describe('a program that is missing', () => {
  it('is named with the package that brings it', () => {
    const { PATH } = process.env;
    process.env['PATH'] = '/nowhere';
    try {
      expect(() => findProgram('docker')).toThrow(
        'apt-get install --no-install-recommends docker.io',
      );
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
