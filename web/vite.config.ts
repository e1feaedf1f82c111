import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// `vite build` makes the page that the watch serves; `vite build --mode saved` makes saved.html
// beside it: everything in one file, into which `launchwatch show --html` puts a watch.

/** Where the Python package looks for the page; hatch_build.py has it made there for the wheel. */
const PAGE = '../src/launchwatch/data/web';

/** Where a saved page's data are put. */
const DATA = '<!-- launchwatch:data -->';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Leaves out what would be fetched: the Earth travels compressed within the page. */
function nothingFetched(): Plugin {
  return {
    name: 'nothing-fetched',
    enforce: 'pre',
    load: (id) => (/world-atlas.*\?url/.test(id) ? 'export default ""' : null),
  };
}

/** Compresses what is worth it, once and hard: the watch sends the files as they lie. */
function packed(): Plugin {
  return {
    name: 'packed',
    writeBundle({ dir = PAGE }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/^assets\/.*\.(m?js|css|json|svg)$/.test(name)) continue;
        writeFileSync(join(dir, `${name}.gz`), gzipSync(readFileSync(join(dir, name)), { level: 9 }));
        rmSync(join(dir, name));
      }
    },
  };
}

/** Puts script, style and one scale of the Earth into the page itself, and forbids all else. */
function inOneFile(): Plugin {
  return {
    name: 'in-one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      let [script, style] = ['', ''];
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === 'chunk') script += part.code;
        else if (name.endsWith('.css')) style += String(part.source);
        delete bundle[name];
      }
      script = script.replaceAll('</script', '<\\/script');
      const world = gzipSync(readFileSync('node_modules/world-atlas/countries-50m.json'), { level: 9 });
      const policy = [
        "default-src 'none'",
        `script-src ${hash(script)}`,
        `style-src ${hash(style)}`,
        'font-src data:',
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; ');
      const source = [
        '<!doctype html>',
        '<html lang="en" data-look="dark">',
        '<head>',
        '<meta charset="utf-8">',
        `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<title>launchwatch</title>',
        `<style>${style}</style>`,
        '</head>',
        '<body>',
        '<div id="page"><noscript>This map is drawn by its own script: please allow it.</noscript></div>',
        `<script type="application/gzip" data-launchwatch="world">${world.toString('base64')}</script>`,
        DATA,
        `<script type="module">${script}</script>`,
        '</body>',
        '</html>',
        '',
      ].join('\n');
      this.emitFile({ type: 'asset', fileName: 'saved.html', source });
    },
  };
}

export default defineConfig(({ mode }) => {
  const isSaved = mode === 'saved';
  return {
    base: './',
    define: { __SAVED__: String(isSaved) },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    plugins: isSaved ? [nothingFetched(), inOneFile()] : [packed()],
    worker: { format: 'es' },
    build: {
      outDir: PAGE,
      emptyOutDir: !isSaved,
      target: 'es2023',
      modulePreload: { polyfill: false },
      // In one file the font is data as well; else data URLs would need a looser policy.
      assetsInlineLimit: isSaved ? 1_000_000 : 0,
      cssCodeSplit: !isSaved,
      // MapLibre and deck.gl: loaded only where there is WebGL 2, after the plain view stands.
      chunkSizeWarningLimit: 2_500,
      reportCompressedSize: false,
      ...(isSaved ? { rollupOptions: { input: 'src/main.tsx' } } : {}),
    },
  };
});
