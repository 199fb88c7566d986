import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child-process.ts';
import { newFolder } from '../../support/temporary-folder.ts';

const options = join(import.meta.dirname, '../../../serving-configs/options/program.ts');

/** Runs a program that passes what its body throws to `fail`. */
const endOf = (body: string) => {
  const code = `
    import { writeFileSync } from 'node:fs';
    import { fail } from ${JSON.stringify(options)};
    try { ${body} } catch (error) { fail(error); }`;
  const program = join(newFolder(), 'program.mts');
  writeFileSync(program, code);
  const { status, stderr } = spawnSync(process.execPath, [...TYPESCRIPT_LOADER, program], {
    encoding: 'utf8',
  });
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
