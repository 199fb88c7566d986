import { html, trusted, type Markup } from './markup.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { seriesRules } from './series-bar.ts';

/**
 * A page that fetches nothing.
 *
 * @param paths of so many the charts have series that can be switched off, by the script of the page; 0: it has no script
 */
export const staticPage = (title: string, body: Markup, paths = 0): Markup => {
  const script = paths === 0 ? undefined : pageScript();
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:${script === undefined ? '' : `; script-src ${script.source}`}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${title}</title>
        <style>
          ${trusted(pageStyle())}${trusted(seriesRules(paths))}
        </style>
      </head>
      <body>
        ${body}
        ${script === undefined ? undefined : trusted(`<script type="module">${script.text}</script>`)}
      </body>
    </html> `;
};
