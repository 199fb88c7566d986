import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderUserData } from '../../../../lib/aws/constructs/user-data.ts';
import { nodePaths } from '../../../../lib/aws/contract/node-paths.ts';
import { nodeEnvironment as environment } from '../../../support/node-environment.ts';

const script = path.resolve(import.meta.dirname, '../../../../lib/aws/constructs/user-data.sh');

describe('the user data', () => {
  it('names the paths that all scripts use', () => {
    const text = readFileSync(script, 'utf8');

    expect(text).toContain(`HOME_DIR=${nodePaths.home}\n`);
    expect(text).toContain(`LOG=${nodePaths.bootstrapLog}\n`);
    expect(text).toContain(`ETC_DIR=${path.posix.dirname(nodePaths.environment)}\n`);
    expect(text).toContain('"$ETC_DIR/node.env"');
    expect(text).toContain('"$ETC_DIR/deadline"');
  });

  it('cannot be made with a value that would leave its quotes or its line', () => {
    const facts = { environment, bundleUrl: 's3://a/b', signalUrl: 'http://h' };

    expect(() => renderUserData({ ...facts, bundleUrl: "s3://a/b'; reboot '" })).toThrow(
      "s3://a/b'; reboot '",
    );
    expect(() =>
      renderUserData({ ...facts, environment: { ...environment, SC_SERVINGS: 'a\nreboot' } }),
    ).toThrow('a\nreboot');
  });
});
