import { startBench, until, untilAlone } from '../support/bench-cli.ts';

jest.setTimeout(120_000);

/** What `npx serving-compare serve` says of the weights, and what an answer behind it says. */
const saidAndAnswered = async (
  args: readonly string[],
): Promise<{ readonly statement: string; readonly trained: unknown }> => {
  const bench = startBench(['serve', ...args, '--port', '0', '--json']);
  try {
    await until(() => bench.stdout().endsWith('}\n'), bench.stderr);
    const { statement, middleware } = JSON.parse(bench.stdout()) as Record<string, string>;
    const response = await fetch(`${middleware}/randinfer/${args[0]}`);
    const { trained } = (await response.json()) as { readonly trained?: boolean };
    return { statement: statement ?? '', trained };
  } finally {
    bench.child.kill('SIGINT');
    await bench.ended;
    await untilAlone(bench);
  }
};

describe('a platform that says nothing of its weights', () => {
  it('is not taken for trained: an answer says what its start said', async () => {
    const { statement, trained } = await saidAndAnswered(['flask', '--runtime', 'venv']);

    expect(statement).toMatch(/^The real Flask .*; weights not trained/);
    expect(trained).toBe(false);
  });

  it('has the simulated server say the same in its place', async () => {
    expect((await saidAndAnswered(['flask'])).trained).toBe(false);
  });
});
