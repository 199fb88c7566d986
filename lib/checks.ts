import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Validations, type App } from 'aws-cdk-lib';

/**
 * Adds the rules that a synthesis must keep beside those of CDK itself, which cdk.json makes errors
 * (`@aws-cdk/core:validateAgainstDefaultRules`).
 */
export const addChecks = async (app: App): Promise<void> => {
  // Loaded where it is used: it takes a quarter of a second.
  const { AwsSolutionsChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
};

interface ValidationReport {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly unknown[];
  }[];
}

/**
 * Whether the checks of a synthesis found nothing at all. Our own warnings do not count: they are made again each time,
 * whether the checks run or not.
 *
 * @param outdir folder of the cloud assembly
 */
export const foundNothing = (outdir: string): boolean => {
  const place = path.join(outdir, 'validation-report.json');
  if (!existsSync(place)) return true;
  const { pluginReports } = JSON.parse(readFileSync(place, 'utf8')) as ValidationReport;
  return pluginReports.every(
    ({ pluginName, violations }) =>
      pluginName === 'Construct Annotations' || violations.length === 0,
  );
};
