import { endOf, startHere } from '../../../../../lib/bench/run/servings/runtime.ts';
import { UsageError } from '../../../../../serving-configs/options/usage-error.ts';
import { DockerProblem } from '../../../../../serving-configs/runtimes/docker/docker.ts';
import { NotRunning } from '../../../../../serving-configs/runtimes/not-running.ts';

const { signal } = new AbortController();
const hint = 'do this';

describe('A start that fails', () => {
  it.each([
    ['a setting', new UsageError('no model', hint), 'BENCH_NOT_STARTED', hint],
    ['the server', new NotRunning('ended', 'no memory'), 'BENCH_NOT_STARTED', undefined],
    ['time', new NotRunning('not-ready', 'slow'), 'BENCH_SERVING_NOT_READY', undefined],
    ['no daemon', new DockerProblem('gone', hint, 'no-daemon'), 'BENCH_NO_DOCKER', hint],
    ['the disk', new DockerProblem('full', hint, 'disk-full'), 'BENCH_DISK_FULL', hint],
    ['Docker', new DockerProblem('no GPU', hint), 'BENCH_NOT_STARTED', hint],
  ])('has a code that says why: %s', async (_, problem, code, advice) => {
    await expect(startHere('flask', signal, () => Promise.reject(problem))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(problem.message) as unknown,
      hint: advice,
      cause: problem,
    });
  });

  it('has the reason of the signal if it was aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const start = startHere('flask', controller.signal, async () => {
      controller.abort(reason);
      throw new NotRunning('ended', 'it was stopped');
    });

    await expect(start).rejects.toBe(reason);
  });
});

describe('The end of a server', () => {
  it('is told from the end of the Docker daemon', () => {
    expect(endOf(new NotRunning('ended', 'it crashed'))).toEqual({
      code: 'BENCH_SERVING_DIED',
      how: 'it crashed',
    });
    expect(endOf(new DockerProblem('gone', hint, 'no-daemon'))).toEqual({
      code: 'BENCH_NO_DOCKER',
      how: 'gone; do this',
    });
  });
});
