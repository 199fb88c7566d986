import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { pathId } from '../../../../lib/bench/plan/cell.ts';
import { formatFigure, NO_FIGURE } from '../../../../lib/bench/wording/format-number.ts';
import { reproductionSection } from '../../../../lib/bench/report/html/reproduction-section.ts';
import {
  reproductionColumns,
  reproductionLines,
} from '../../../../lib/bench/report/reproduction-columns.ts';
import { orderColumns, orderLines } from '../../../../lib/bench/report/order-columns.ts';
import {
  renderOrdersCsv,
  renderReproductionCsv,
} from '../../../../lib/bench/report/reproduction-csv.ts';
import {
  middlewareMarkdown,
  reproductionMarkdown,
} from '../../../../lib/bench/report/reproduction-markdown.ts';
import { pathLabels } from '../../../../lib/bench/wording/labels.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { publishedRun, studySeries } from '../../../support/published-run.ts';

const summary = summarise(
  publishedRun(studySeries('rest', 'cold'), () => ({ rate: () => 123.4 }), {
    profile: 'published',
  }),
);
const { reproduction } = summary;
if (reproduction === undefined) throw new Error('there is no reproduction');
const labels = pathLabels(
  summary.rows.map(({ path }) => path),
  summary.plan,
);
const lines = reproductionLines(reproduction);

/** Ours, the study's, its error and the ratio, for each of the three figures. */
const figures = lines.map(({ row }) =>
  [row.requestRatePerSecond, row.medianMs, row.failedPercent].flatMap((figure) => [
    formatFigure(figure?.ours),
    formatFigure(figure?.published.value),
    formatFigure(figure?.published.error),
    formatFigure(figure?.ratio),
  ]),
);

describe('the table of ours beside the study’s', () => {
  it('has all points of the study that the run has, with the same figures in every output', () => {
    expect(lines).toHaveLength(40);
    const markdown = reproductionMarkdown(summary, labels)
      .filter((line) => line.startsWith('| ') && / \| cold \| \d+ \| /.test(line))
      .map((line) => line.split(' | ').slice(3, 15));
    const html = reproductionSection(summary, labels)?.text ?? '';
    const table = html.slice(html.indexOf('Ours beside the study’s'));
    const cells = [...table.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<td class="n">([^<]*)<\/td>/g)].map(([, text = '']) => text).slice(1),
    );

    expect(markdown).toEqual(figures);
    expect(cells.filter((row) => row.length > 0)).toEqual(figures);
  });

  it('is a CSV file with one line a point, and empty fields where there is no figure', () => {
    const [head = '', ...rows] = renderReproductionCsv(summary, reproduction)
      .trimEnd()
      .split('\r\n');

    expect(head.split(',').slice(0, 5)).toEqual([
      'path',
      'scenario',
      'virtual_users',
      'request_rate_ours',
      'request_rate_study',
    ]);
    expect(rows.map((row) => row.split(',').slice(3, 15))).toEqual(
      figures.map((row) => row.map((text) => (text === NO_FIGURE ? '' : text))),
    );
    const [first] = reproduction.series;
    expect(rows[0]?.split(',')[0]).toBe(first === undefined ? undefined : pathId(first.path));
  });

  it('gives each explanation once, and the words of it in the row', () => {
    const text = reproductionMarkdown(summary, labels).join('\n');

    expect(text.match(/- The study’s rate was bound/g)).toHaveLength(2);
    expect(text).toContain('study’s middleware');
  });

  it('says where a figure differs and nothing known explains it, and that there is none where all agree', () => {
    const differs = ({ row }: (typeof lines)[number]): boolean =>
      [row.requestRatePerSecond, row.medianMs, row.failedPercent].some(
        (one) => one?.outcome === 'differs',
      );
    const difference = reproductionColumns().find(({ key }) => key === 'difference');
    const unexplained = lines.map((line) => ({
      ...line,
      row: { ...line.row, explanations: [] },
    }));

    expect(unexplained.some(differs)).toBe(true);
    expect(unexplained.map((line) => difference?.text(line))).toEqual(
      unexplained.map((line) => (differs(line) ? 'not explained' : 'none: ours agrees')),
    );
  });

  it('is absent where there is nothing to hold against the study', () => {
    const other = summarise(recordedRun({ durationSeconds: 2 }));

    expect(reproductionMarkdown(other, labels)).toEqual([]);
    expect(reproductionSection(other, labels)).toBeUndefined();
  });
});

describe('the table of the study’s orders', () => {
  const three = summarise(
    publishedRun(
      studySeries('rest', 'cold').map((one) => ({ ...one, points: one.points.slice(0, 1) })),
      ({ path }) => ({ repeats: 3, rate: (_, repeat) => path.serving.length + repeat / 10 }),
    ),
  );
  const orders = three.reproduction === undefined ? [] : orderLines(three.reproduction);
  const columns = orderColumns().filter(({ isFigure }) => isFigure);
  const shown = orders.map((line) => columns.map(({ text }) => text(line)));

  it('has every pair, with the same figures in every output', () => {
    expect(shown).toHaveLength(6);
    const text = reproductionMarkdown(three, labels);
    const from = text.findIndex((line) => line.includes('Faster in the study'));
    const markdown = text.slice(from + 2, from + 8).map((line) => line.split(' | ').slice(3, 11));
    const html = reproductionSection(three, labels)?.text ?? '';
    const [table = ''] = html.slice(html.indexOf('The study’s order of')).split('</table>');
    const cells = [...table.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<td class="n">([^<]*)<\/td>/g)].map(([, cell = '']) => cell),
    );
    const csv = renderOrdersCsv(three, three.reproduction ?? reproduction)
      .trimEnd()
      .split('\r\n');

    expect(markdown).toEqual(shown);
    expect(cells.filter((row) => row.length > 0)).toEqual(shown);
    expect(csv.slice(1).map((line) => line.split(',').slice(3, 11))).toEqual(shown);
  });
});

const settings = (protocol: 'rest' | 'grpc', profile: 'parity' | 'published'): string =>
  middlewareMarkdown(
    summarise(publishedRun(studySeries(protocol, 'cold'), undefined, { profile })),
  ).join('\n');

describe('how the middleware was set', () => {
  it('is said of a plan that sets it, with what each setting does', () => {
    const text = settings('grpc', 'parity');

    expect(text).toContain('1 process, whatever the number of cores');
    expect(text).toMatch(/A client that blocks \(Triton \\?\(PyTorch\\?\), Triton/);
    expect(text).toContain('A gRPC channel for each call (TorchServe, TensorFlow Serving)');
    expect(text).toContain('10 s');
  });

  it('leaves out channels where no path is gRPC', () => {
    expect(settings('rest', 'parity')).not.toContain('channel');
  });

  it('is not said of any other plan', () => {
    expect(settings('rest', 'published')).toBe('');
  });
});
