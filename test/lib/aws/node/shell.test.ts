import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { documents } from '../../../../lib/aws/contract/documents/index.ts';
import { nodePaths } from '../../../../lib/aws/contract/node-paths.ts';
import { runKeys } from '../../../../lib/aws/contract/run-keys.ts';
import { CONTAINER_NAME } from '../../../../serving-configs/runtimes/docker/docker-arguments.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const NODE = 'lib/aws/node';

const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file))
    .filter((file) => statSync(path.join(ROOT, file)).isFile());

const nodeScripts = filesBelow(NODE).filter((file) => file.endsWith('.sh'));
const units = filesBelow(`${NODE}/systemd`).filter((file) => /\.(service|timer)$/.test(file));
const nodeText = [...nodeScripts, ...units].map(textOf).join('\n');

describe('the shell scripts of the nodes', () => {
  it.each(nodeScripts.filter((file) => textOf(file).startsWith('#!')))(
    'stop at the first failure: %s',
    (file) => {
      expect(textOf(file)).toMatch(/^#!\/usr\/bin\/env bash\n(#.*\n)+set -Eeuo pipefail$/m);
    },
  );

  it('are called with bash, since no file of the bundle is executable', () => {
    const text = nodeText + textOf('lib/aws/constructs/user-data.sh');
    const calls = [
      ...text.matchAll(/(\S+) "?(?:\$HOME_DIR|\/opt\/serving-compare)\/[\w./$-]+\.sh\b/g),
    ].map(([, word = '']) => word);

    expect(calls.length).toBeGreaterThan(3);
    expect(calls.filter((word) => !/(^|\/)bash$|^source$/.test(word))).toEqual([]);
  });

  it('and the units start one Node by its full path', () => {
    const [, node = ''] = /^NODE=(\S+)$/m.exec(nodeText) ?? [];
    const started = nodeText.match(/^ExecStart=.*$/gm) ?? [];

    expect(node).toMatch(/^\/usr\/bin\/node-\d+$/);
    expect(started.filter((line) => !line.startsWith(`ExecStart=${node} `))).toEqual([]);
    expect(nodeText.match(/^.*(?<![\w/.-])node (?:--|"\$).*$/gm) ?? []).toEqual([]);
  });
});

describe('a path in the scripts and units on a node', () => {
  it.each(Object.entries(nodePaths))(
    'is the same as in the rest of the project: %s',
    (_, nodeFile) => {
      // Scripts may name only the folder.
      const known = nodeText.includes(nodeFile) || nodeText.includes(path.posix.dirname(nodeFile));
      expect(known).toBe(true);
    },
  );

  it('is used by the rest of the project, unless only scripts need it', () => {
    const nodeFiles = new Set(
      nodeText.match(/\/(?:opt|etc|var\/lib|var\/log|run)\/serving-compare[\w./%@-]*/g),
    );
    const known = [
      ...Object.values(nodePaths),
      // Used only by scripts.
      '/opt/serving-compare-tools',
      '/run/serving-compare',
      '/var/lib/serving-compare',
    ];
    const unknown = [...nodeFiles].filter(
      (nodeFile) =>
        !known.some(
          (each) =>
            nodeFile === each || nodeFile.startsWith(`${each}/`) || nodeFile.startsWith(`${each}.`),
        ),
    );

    expect(unknown).toEqual([]);
  });

  it('exists if it names a file of the project', () => {
    const named = [
      ...nodeText.matchAll(/(?:\/opt\/serving-compare|\$HOME_DIR)\/([\w./-]+\.(?:ts|js|sh))/g),
    ]
      .map(([, file]) => file ?? '')
      .filter((file) => !statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.isFile());

    expect(named).toEqual([]);
  });

  it('to logs in the bucket is the same as in the rest of the project', () => {
    const [, prefix] = /^prefix=(.*)$/m.exec(textOf(`${NODE}/commands/collect-logs.sh`)) ?? [];

    expect(
      prefix?.replace('$run_id', 'r').replace('$SC_PAIR', '3').replace('$SC_ROLE', 'serving'),
    ).toBe(runKeys.logs('r', 3, 'serving'));
  });
});

describe('the container of a serving', () => {
  it('has the same name in the unit and in what starts it', () => {
    expect(textOf(`${NODE}/systemd/serving-compare-serving.service`)).toContain(
      `docker rm --force ${CONTAINER_NAME} `,
    );
  });
});

describe('the scripts behind the documents', () => {
  const commands = `${NODE}/commands`;
  it('exist, exactly one for each', () => {
    const scripts = filesBelow(commands)
      .map((file) => path.posix.basename(file))
      .filter((file) => file !== 'common.sh');

    expect(scripts.toSorted()).toEqual(
      Object.values(documents)
        .map(({ script }) => script)
        .toSorted(),
    );
  });

  it.each(Object.entries(documents))(
    'read their own parameters and no other: %s',
    (_, document) => {
      const read = textOf(`${commands}/${document.script}`).match(/(?<=\$\{?SSM_)\w+/g) ?? [];
      // end-node.sh calls collect-logs.sh, which reads the parameter.
      const indirect = document.script === 'end-node.sh' ? ['RunId'] : [];

      expect([...new Set([...read, ...indirect])].toSorted()).toEqual(
        Object.keys(document.parameters).toSorted(),
      );
    },
  );
});

describe('the units', () => {
  it('are all installed by the bootstrap of some role', () => {
    const bootstrap =
      textOf(`${NODE}/bootstrap/serving.sh`) + textOf(`${NODE}/bootstrap/middleware.sh`);

    expect(units.filter((unit) => !bootstrap.includes(path.posix.basename(unit)))).toEqual([]);
  });

  it('give the runner no more time to end than the document that cancels it has', () => {
    const [, seconds] =
      /^TimeoutStopSec=(\d+)$/m.exec(textOf(`${NODE}/systemd/serving-compare-run@.service`)) ?? [];

    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThan(documents.CancelRun.timeoutSeconds);
  });
});
