/** Says why a model cannot be had as asked, and what to do about it. */
export class ModelProblem extends Error {
  override readonly name = 'ModelProblem';
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** Ends the process: with 2 and a remedy where its user can mend what is wrong, else with 1 and the stack. */
export const failWith = (error: unknown): never => {
  if (error instanceof ModelProblem) {
    process.stderr.write(`error: ${error.message}\nhint:  ${error.hint}\n`);
    process.exit(2);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
};
