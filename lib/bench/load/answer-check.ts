import { compilePointer } from './json-pointer.ts';
import type { LoadJob } from './job.ts';

/**
 * Says whether the body of a 200 is right for the image that was sent: JSON, and where the job tells what to expect,
 * with that value at the pointer; with `status` every body. Throws where the pointer is not one.
 */
export const createAnswerCheck = (
  expect: LoadJob['expect'],
): ((body: Buffer, image: number) => boolean) => {
  if (expect === 'status') return () => true;
  const valueOf = expect === undefined ? undefined : compilePointer(expect.pointer);
  return (body, image) => {
    let document: unknown;
    try {
      document = JSON.parse(body.toString('utf8'));
    } catch {
      return false;
    }
    return valueOf === undefined || valueOf(document) === expect?.values[image];
  };
};
