import { html, trusted, type Markup } from './markup.ts';
import { pageStyle } from './page-style.ts';

/** A page that fetches nothing and has no script. */
export const staticPage = (title: string, body: Markup): Markup =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>${title}</title>
        <style>
          ${trusted(pageStyle())}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `;
