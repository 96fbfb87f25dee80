// Makes the theme of the citizens' pages: of Bootstrap Italia only what their
// templates, the parts that all channels share and their script name, and two weights of
// its font.
//
//   node build.mjs BOOKING NODE_MODULES
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const [booking, modules] = process.argv.slice(2).map((p) => path.resolve(p));
const { PurgeCSS } = createRequire(path.join(modules, 'purgecss', 'package.json'))('purgecss');
const italia = path.join(modules, 'bootstrap-italia');
const theme = path.join(booking, 'page', 'theme');

// Other weights are made of these by browsers.
const fonts = { '100 500': 'regular', '600 900': '600' };

const [{ css }] = await new PurgeCSS().purge({
  content: ['web/templates/*.html', 'page/parts/*.html', 'page/files/*.js'].map((files) => path.join(booking, files)),
  css: [path.join(italia, 'dist', 'css', 'bootstrap-italia.min.css')],
  variables: true,
  keyframes: true,
  fontFace: true,
  // Elements that no template has, as browsers name them.
  safelist: ['html', 'body'],
});

await rm(path.join(theme, 'fonts'), { recursive: true, force: true });
await mkdir(path.join(theme, 'fonts'), { recursive: true });
let faces = '';
for (const [weights, name] of Object.entries(fonts)) {
  await copyFile(
    path.join(italia, 'dist', 'fonts', 'Titillium_Web', `titillium-web-v10-latin-ext_latin-${name}.woff2`),
    path.join(theme, 'fonts', `titillium-web-${name}.woff2`),
  );
  faces += `@font-face{font-family:"Titillium Web";font-weight:${weights};font-display:swap;src:url(fonts/titillium-web-${name}.woff2) format("woff2")}\n`;
}
for (const [from, to] of [['LICENSE', 'LICENSE'], ['dist/fonts/Titillium_Web/OFL.txt', 'fonts/OFL.txt']]) {
  await writeFile(path.join(theme, to), await readFile(path.join(italia, from)));
}
await writeFile(path.join(theme, 'bootstrap-italia.min.css'), css.replace(/^\uFEFF/, '') + '\n' + faces);
console.log(`theme: ${css.length} characters of style`);
