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
  const imageOf = imageReader(expect);
  return (body, image) => {
    let document: unknown;
    try {
      document = JSON.parse(body.toString('utf8'));
    } catch {
      return false;
    }
    if (valueOf === undefined) return true;
    const right = expect?.values[imageOf(document, image)];
    return right !== undefined && valueOf(document) === right;
  };
};

/** Which image an answer is about: the one that was sent, or the one that the server says it drew. */
const imageReader = (
  expect: Exclude<LoadJob['expect'], 'status'>,
): ((document: unknown, sent: number) => number) => {
  if (expect?.drawn === undefined) return (_, sent) => sent;
  const nameOf = compilePointer(expect.drawn.pointer);
  const images = new Map<unknown, number>(expect.drawn.names.map((name, index) => [name, index]));
  return (document) => images.get(nameOf(document)) ?? -1;
};
