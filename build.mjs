/**
 * Builds the front-ends into static/dist/: hashed files with gzip and brotli beside them, and a manifest.json that says which is which.
 * `--watch` rebuilds on change; `--sizes` checks the byte budgets after the build.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { context, build as esbuild, transform } from 'esbuild';

const OUT = 'static/dist';
/**
 * Parts of the widget's window that are fetched when they are needed (frontend/widget/frame/lazy.ts), by their names in the
 * manifest. Every `import()` of the window is listed here, with a budget below.
 */
const LAZY = {
  'frontend/widget/frame/rich_text.ts': 'markdown.js',
  'frontend/widget/frame/writing.ts': 'writing.js',
  'frontend/widget/frame/page_calls.ts': 'page_calls.js',
  'frontend/widget/frame/conversation.ts': 'conversation.js',
  'frontend/widget/frame/thumbs.ts': 'thumbs.js',
  'frontend/widget/frame/contact.ts': 'contact.js',
  'frontend/widget/frame/files.tsx': 'files.js',
  'frontend/widget/frame/consent.tsx': 'consent.js',
  'frontend/widget/frame/forms.tsx': 'forms.js',
  'frontend/widget/frame/ending.tsx': 'ending.js',
  'frontend/widget/frame/emoji.tsx': 'emoji.js',
};

const ENTRIES = {
  loader: 'frontend/widget/loader/loader.ts',
  rules: 'frontend/widget/loader/rules.ts',
  controls: 'frontend/widget/loader/controls.ts',
  frame: 'frontend/widget/frame/frame.tsx',
  'frame-style': 'frontend/widget/frame/frame.css',
  inbox: 'frontend/inbox/inbox.tsx',
  notices: 'frontend/inbox/alerts/notices.ts',
  'inbox-style': 'frontend/inbox/inbox.css',
  'manage-style': 'frontend/manage/manage.css',
  manage: 'frontend/manage/manage.ts',
  knowledge: 'frontend/manage/knowledge.ts',
  first_visit: 'frontend/manage/first_visit.ts',
  appearance: 'frontend/manage/appearance.ts',
  reports: 'frontend/manage/reports.ts',
  diagnostics: 'frontend/manage/diagnostics.ts',
  api_client: 'frontend/api/client.ts',
};

/** Names in the manifest where they differ from entry name + ending. */
const NAMES = { 'frame-style.css': 'frame.css', 'inbox-style.css': 'inbox.css', 'manage-style.css': 'manage.css' };

const COMMON = {
  bundle: true,
  minify: true,
  target: ['es2022', 'safari16.4', 'chrome111', 'firefox113'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  sourcemap: 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  outdir: OUT,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
};

/** Gzipped bytes a browser loads for each step, from frontend.md. */
const BUDGETS = [
  { what: 'loader', limit: 3500, entries: ['loader.js'] },
  { what: "loader's second script", limit: 4200, entries: ['controls.js'] },
  { what: "loader's rules", limit: 2000, entries: ['rules.js'] },
  // What a browser fetches then, but for the words that are served in the second script: `manage.py weigh_script` adds those.
  { what: 'first open', limit: 25_000, entries: ['controls.js', 'frame.js', 'frame.css', 'writing.js'] },
  { what: 'first open, asked to agree', limit: 25_000, entries: ['controls.js', 'frame.js', 'frame.css', 'consent.js'] },
  { what: 'first open, asked in a form', limit: 25_000, entries: ['controls.js', 'frame.js', 'frame.css', 'consent.js', 'forms.js'] },
  { what: 'window, with a first line', limit: 31_000, entries: ['frame.js', 'frame.css', 'writing.js', 'conversation.js'] },
  { what: 'markdown chunk', limit: 17_000, entries: ['markdown.js'], after: 'frame.js' },
  { what: 'conversation chunk', limit: 10_500, entries: ['conversation.js'], after: 'frame.js' },
  { what: 'composer chunk', limit: 3000, entries: ['writing.js'], after: 'frame.js' },
  { what: "page's calls chunk", limit: 1500, entries: ['page_calls.js'], after: 'frame.js' },
  { what: 'thumbs chunk', limit: 1500, entries: ['thumbs.js'], after: 'frame.js' },
  { what: 'e-mail form chunk', limit: 1500, entries: ['contact.js'], after: 'frame.js' },
  { what: 'files chunk', limit: 5000, entries: ['files.js'], after: 'frame.js' },
  { what: 'consent chunk', limit: 1000, entries: ['consent.js'], after: 'frame.js' },
  { what: 'forms chunk', limit: 3000, entries: ['forms.js'], after: 'frame.js' },
  { what: 'rating chunk', limit: 3000, entries: ['ending.js'], after: 'frame.js' },
  { what: 'emoji chunk', limit: 2000, entries: ['emoji.js'], after: 'frame.js' },
  { what: 'inbox, first load', limit: 100_000, entries: ['inbox.js', 'inbox.css'] },
  { what: "inbox's service worker", limit: 1000, entries: ['notices.js'] },
  { what: "owners' pages", limit: 12_000, entries: ['manage.css', 'manage.js', 'knowledge.js', 'appearance.js', 'reports.js'] },
  { what: "diagnostics' page, beside them", limit: 3500, entries: ['diagnostics.js'] },
];

/** A style sheet that a script imports, to put it into its document or shadow root itself: its minified text. */
const styleAsText = {
  name: 'style as text',
  setup(build) {
    build.onResolve({ filter: /\.css$/ }, ({ kind, path, resolveDir }) =>
      kind === 'import-statement' ? { path: resolve(resolveDir, path), namespace: 'style-text' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'style-text' }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true, target: COMMON.target });
      return { contents: code.trim(), loader: 'text', watchFiles: [path] };
    });
  },
};

/**
 * esbuild makes a chunk for every set of parts that share a file, so each part would cut the first open into more pieces.
 * Here every part is made to import the whole window, which has long been there: what they share stays in one file.
 */
const wholeWindow = {
  name: 'whole window',
  setup(build) {
    const parts = new Set(Object.keys(LAZY).map((path) => resolve(path)));
    build.onLoad({ filter: /\.tsx?$/ }, ({ path }) =>
      parts.has(path)
        ? { contents: `${readFileSync(path, 'utf8')}\nimport ${JSON.stringify(resolve(ENTRIES.frame))};`, loader: path.endsWith('x') ? 'tsx' : 'ts' }
        : undefined,
    );
  },
};

/** A part that could not be fetched is asked for at another address: untilFetched in frontend/widget/frame/lazy.ts says which. */
const partsAgain = {
  name: 'parts again',
  setup(build) {
    build.onEnd(({ metafile }) => {
      for (const [path, { imports }] of Object.entries(metafile?.outputs ?? {})) {
        if (!imports.some(({ kind }) => kind === 'dynamic-import')) continue;
        writeFileSync(path, readFileSync(path, 'utf8').replace(/\bimport\(("[^"]+")\)/g, 'import($1+again)'));
      }
    });
  },
};

const isEntry = (name) => existsSync(ENTRIES[name]);
const pick = (names) => Object.fromEntries(names.filter(isEntry).map((name) => [name, ENTRIES[name]]));

// The loader is served inside a function of our own making, so it needs no wrapper and must not end in a comment.
const loader = { ...COMMON, entryPoints: pick(['loader']), format: 'esm', sourcemap: 'external', plugins: [styleAsText] };
const controls = { ...COMMON, entryPoints: pick(['controls', 'rules']), format: 'esm', sourcemap: 'external', plugins: [styleAsText] };
// Visitors and staff share no cache worth having, so each gets a build of their own without the other's code.
// Visitors' code names no source map: the names take 80 bytes of what may be loaded at first.
const frame = { ...COMMON, entryPoints: pick(['frame', 'frame-style']), format: 'esm', sourcemap: 'external', splitting: true, plugins: [styleAsText, wholeWindow, partsAgain] };
// A worker of its own, served by dashboard/pages/notices.py: it shares no chunk with the page.
const notices = { ...COMMON, entryPoints: pick(['notices']), format: 'iife', sourcemap: 'external' };
const inbox = { ...COMMON, entryPoints: pick(['inbox', 'inbox-style']), format: 'esm', splitting: true };
const OF_OWNERS = ['manage-style', 'manage', 'knowledge', 'first_visit', 'appearance', 'reports', 'diagnostics', 'api_client'];
const manage = { ...COMMON, entryPoints: pick(OF_OWNERS), format: 'esm', splitting: true };
const BUILDS = [loader, controls, frame, notices, inbox, manage].filter((options) => Object.keys(options.entryPoints).length > 0);

if (process.argv.includes('--watch')) await watch();
else await once();

async function once() {
  mkdirSync(OUT, { recursive: true });
  const built = await Promise.all(BUILDS.map((options) => esbuild(options)));
  const published = publish(built.map((result) => result.metafile));
  compress();
  sweep(built.flatMap((result) => Object.keys(result.metafile.outputs)));
  if (process.argv.includes('--sizes')) process.exitCode = checkSizes(published) ? 0 : 1;
}

async function watch() {
  mkdirSync(OUT, { recursive: true });
  const metafiles = new Map();
  for (const [number, options] of BUILDS.entries()) {
    const onEnd = (result) => {
      if (result.metafile) metafiles.set(number, result.metafile);
      publish([...metafiles.values()]);
    };
    const plugin = { name: 'manifest', setup: (build) => build.onEnd(onEnd) };
    await (await context({ ...options, plugins: [...(options.plugins ?? []), plugin] })).watch();
  }
}

/** manifest.json: entry to hashed file. preload.json: entry to the chunks it cannot start without. */
function publish(metafiles) {
  const manifest = {};
  const preload = {};
  const outputs = Object.assign({}, ...metafiles.map((metafile) => metafile.outputs));
  for (const [path, output] of Object.entries(outputs)) {
    const name = manifestName(path, output);
    if (!name || name in manifest) continue;
    const [first, ...more] = neededAtOnce(output);
    // An entry that holds nothing itself would be one request too many: what it imports takes its place.
    const isHollow = first && !more.length && output.bytes < 100;
    manifest[name] = basename(isHollow ? first : path);
    preload[name] = neededAtOnce(isHollow ? outputs[first] : output).map((imported) => basename(imported));
  }
  write('preload.json', preload);
  write('manifest.json', manifest);
  return { manifest, preload };
}

function neededAtOnce({ imports }) {
  return imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
}

/** Moved into place, so that a server that reads it meanwhile never sees half of it. */
function write(name, content) {
  writeFileSync(join(OUT, `${name}.new`), JSON.stringify(content, null, 2));
  renameSync(join(OUT, `${name}.new`), join(OUT, name));
}

function manifestName(path, output) {
  if (!/\.(js|css)$/.test(path)) return null;
  if (output.entryPoint in LAZY) return LAZY[output.entryPoint];
  if (!output.entryPoint) return null;
  const entry = Object.keys(ENTRIES).find((name) => ENTRIES[name] === output.entryPoint);
  const name = `${entry ?? basename(output.entryPoint).replace(/\.\w+$/, '')}${path.match(/\.\w+$/)[0]}`;
  return NAMES[name] ?? name;
}

function compress() {
  for (const name of readdirSync(OUT)) {
    if (!/\.(js|css)$/.test(name)) continue;
    const bytes = readFileSync(join(OUT, name));
    writeFileSync(join(OUT, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  }
}

/** Last, so that a server never misses a file meanwhile: what former builds have left. */
function sweep(written) {
  const current = new Set(['manifest.json', 'preload.json', ...written.map((path) => basename(path))]);
  for (const name of readdirSync(OUT)) {
    if (!current.has(name.replace(/\.(gz|br)$/, ''))) rmSync(join(OUT, name), { force: true });
  }
}

function checkSizes({ manifest, preload }) {
  let allFit = isWhole(preload);
  for (const { what, limit, entries, after } of BUDGETS) {
    const built = entries.filter((name) => name in manifest);
    if (!built.length) continue;
    const loaded = after ? [manifest[after]] : [];
    const files = new Set(built.flatMap((name) => [manifest[name], ...preload[name]]).filter((name) => !loaded.includes(name)));
    const size = [...files].reduce((sum, name) => sum + statSync(join(OUT, `${name}.gz`)).size, 0);
    allFit &&= size <= limit;
    console.log(`${size <= limit ? 'ok  ' : 'OVER'}  ${what.padEnd(26)} ${String(size).padStart(6)} of ${limit} bytes gzipped`);
  }
  return allFit;
}

/** All that the window cannot start without is one file. */
function isWhole(preload) {
  const pieces = preload['frame.js']?.length ?? 0;
  if (pieces) console.log(`OVER  the window is in ${pieces + 1} pieces: is every import() of it in LAZY?`);
  return !pieces;
}
