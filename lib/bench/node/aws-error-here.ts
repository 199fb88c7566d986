import { otherAwsError } from '../aws/aws-error.ts';
import { BenchError } from '../model/errors.ts';

/** An error of AWS in words for a node: the hints for operators speak of their own rights, and here it is the node's role. */
export const awsErrorHere = (error: unknown): unknown =>
  error instanceof BenchError && error.code === 'BENCH_AWS_DENIED'
    ? new BenchError(error.code, error.message, {
        hint: "the role of the middleware node must allow it; put the stacks' own role back: npx cdk deploy --all",
        cause: error,
      })
    : otherAwsError(error);
