import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../../serving-configs/options/program.ts');
const loader = join(import.meta.dirname, '../../../bin/typescript.js');

/** Runs a program that passes what its body throws to `fail`. */
const endOf = (body: string) => {
  const code = `
    import { writeFileSync } from 'node:fs';
    import { fail } from ${JSON.stringify(program)};
    try { ${body} } catch (error) { fail(error); }`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', loader, '--input-type=module', '--eval', code],
    { encoding: 'utf8' },
  );
  return { status, lines: stderr.trimEnd().split('\n') };
};

describe('the end of a program that failed', () => {
  it('says that the disk is full and what to do about it, without a stack', () => {
    const { status, lines } = endOf(`writeFileSync('/dev/full', 'x')`);

    expect(status).toBe(2);
    expect(lines).toEqual([
      expect.stringMatching(/^error: .*ENOSPC/),
      expect.stringMatching(/^hint: /),
    ]);
  });

  it('prints the stack of an unexpected error', () => {
    const { status, lines } = endOf(`throw new Error('odd')`);

    expect(status).toBe(1);
    expect(lines[0]).toContain('odd');
    expect(lines.length).toBeGreaterThan(1);
  });
});
