import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LoadJob } from '../load/job.ts';
import { levelId, type Engine, type Measurement, type Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import { drawUrl, inferUrl } from './middleware-requests.ts';
import type { RunningMiddleware } from './middleware-process.ts';

/** The same for all targets at the same level in the same block of a repeat, so that they get the requests in the same order. */
export const seedOf = ({ seed }: Plan, measurement: Measurement): number =>
  createHash('sha256')
    .update(`${seed}/${measurement.repeat}/${measurement.block}/${levelId(measurement.level)}`)
    .digest()
    .readUInt32LE();

/** The requests of a load job and the expected answers. Either the load generator sends images, or the middleware draws them. */
export const requestsOf = ({
  plan,
  target,
  engine,
  middleware,
  imagesDir,
  expect,
}: {
  readonly plan: Plan;
  readonly target: Target;
  readonly engine: Engine;
  readonly middleware: Pick<RunningMiddleware, 'url'>;
  readonly imagesDir: string;
  readonly expect: LoadJob['expect'];
}): Pick<LoadJob, 'url' | 'method' | 'images' | 'expect'> => {
  const names = plan.images.map(({ file }) => file);
  const images = names.map((file) => join(imagesDir, file));
  return plan.options.middleware?.imagesDrawnBy === 'middleware' &&
    typeof expect === 'object' &&
    'pointer' in expect
    ? {
        url: drawUrl(middleware.url, target),
        method: 'GET',
        images,
        expect: { ...expect, drawn: { pointer: '/image', names } },
      }
    : { url: inferUrl(middleware.url, target, engine), images, expect };
};
