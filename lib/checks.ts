import { Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * The rules that each synthesis must keep, beside those that CDK has itself (`validateAgainstDefaultRules` in cdk.json).
 * `CDK_VALIDATION=false` leaves both out, for speed while developing.
 */
export const addChecks = (app: App): void => {
  if (process.env.CDK_VALIDATION === 'false') return;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
};
