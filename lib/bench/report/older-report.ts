import { access } from 'node:fs/promises';
import { BenchError } from '../errors.ts';

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/**
 * Does the work that a report needs. Where it is refused, the files of an earlier report stay and look right, so the error
 * says of them that they are of before.
 *
 * @param html page of the report
 * @throws what the work throws
 */
export const tellingOfOlder = async <Result>(
  html: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BenchError) || !(await exists(html))) throw error;
    const { code, message, hint, cause } = error;
    const said = `${message}. No report was written: ${html} and the files beside it are of before, and do not show this`;
    throw new BenchError(code, said, { ...(hint === undefined ? {} : { hint }), cause });
  }
};
