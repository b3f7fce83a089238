/* Builds static/dist from static/src and the packages of package-lock.json: `npm ci && npm run build`.
   The same sources give the same bytes, so the results are committed and a test can tell whether they are current. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const src = path.join(here, "src");
const dist = path.join(here, "dist");
const packages = path.join(root, "node_modules");

const own = { name: "Bartack", version: readJson(path.join(root, "package.json")).version, licence: "BSD-3-Clause" };

const fonts = [
  { name: "Atkinson Hyperlegible Next", file: "atkinson-hyperlegible-next-latin-wght-normal.woff2", text: "atkinson-hyperlegible-next.OFL.txt" },
  { name: "Atkinson Hyperlegible Mono", file: "atkinson-hyperlegible-mono-latin-wght-normal.woff2", text: "atkinson-hyperlegible-mono.OFL.txt" },
  { name: "Bricolage Grotesque", file: "bricolage-grotesque-latin-wght-normal.woff2", text: "bricolage-grotesque.OFL.txt" },
];

const scripts = {
  "app.js": ["htmx.org", "@github/relative-time-element"],
  "writing.js": ["@github/markdown-toolbar-element", "@github/text-expander-element", "@github/combobox-nav", "dom-input-range"],
  "queue.js": [],
  "lightbox.js": ["photoswipe"],
};

const assets = {};
const licences = [];

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

for (const font of fonts) {
  const bytes = readFileSync(path.join(src, "fonts", font.file));
  const part = { name: font.name, version: fontVersion(font.name), licence: "OFL-1.1" };
  put(`fonts/${font.file}`, font.file, bytes, [part]);
  licences.push({ ...part, text: readFileSync(path.join(src, "fonts", font.text), "utf8") });
}

const css = await bundle("css/app.css", { external: ["*.woff2"] });
put("app.css", "app.css", css.replaceAll(/url\("?(fonts\/[^")]+)"?\)/g, (_, name) => `url(${assets[name].file})`), [own]);

const lightbox = ["photoswipe"].map(installed);
put("lightbox.css", "lightbox.css", await bundle("css/lightbox.css", {}), lightbox.map(({ text, ...part }) => part));

for (const [name, inside] of Object.entries(scripts)) {
  const inScript = inside.map(installed);
  const format = name === "lightbox.js" ? "esm" : "iife";
  put(name, name, await bundle(`js/${name}`, { format }), [own, ...inScript.map(({ text, ...part }) => part)]);
  licences.push(...inScript);
}

put("icons.svg", "icons.svg", sprite(), [own]);
put("icon.svg", "icon.svg", readFileSync(path.join(src, "icon.svg")), [own]);
put("licences.txt", "licences.txt", licences.map(chapter).join("\n"), []);

const manifest = { assets: Object.fromEntries(Object.entries(assets).sort()), sources: sources() };
write("manifest.json", JSON.stringify(manifest, null, 2) + "\n");

async function bundle(entry, options) {
  const result = await build({
    entryPoints: [path.join(src, entry)],
    bundle: true,
    minify: true,
    target: ["chrome123", "firefox120", "safari17.5"],
    legalComments: "none",
    absWorkingDir: root,
    write: false,
    ...options,
  });
  return result.outputFiles[0].text;
}

function put(logical, filename, content, inside) {
  const bytes = Buffer.from(content);
  const digest = createHash("sha384").update(bytes).digest();
  const { name, ext } = path.parse(filename);
  const file = `${name}.${digest.toString("hex").slice(0, 10)}${ext}`;
  assets[logical] = { file, integrity: `sha384-${digest.toString("base64")}`, inside };
  write(file, bytes);
}

/* Text lies gzipped beside itself; time and system are left out of the header, so that it is the same everywhere. */
function write(file, content) {
  const bytes = Buffer.from(content);
  writeFileSync(path.join(dist, file), bytes);
  if (file.endsWith(".woff2") || file === "manifest.json") return;
  const packed = gzipSync(bytes, { level: 9 });
  packed.writeUInt32LE(0, 4);
  packed[9] = 255;
  writeFileSync(path.join(dist, `${file}.gz`), packed);
}

function sprite() {
  const symbols = readdirSync(path.join(src, "icons")).sort().map((file) => {
    const body = /<svg[^>]*>(.*)<\/svg>/s.exec(readFileSync(path.join(src, "icons", file), "utf8"))[1].trim();
    return `<symbol id="i-${path.parse(file).name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

function installed(name) {
  const folder = path.join(packages, name);
  const { version, license } = readJson(path.join(folder, "package.json"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return { name, version, licence: license, text: readFileSync(path.join(folder, file), "utf8") };
}

function fontVersion(name) {
  return readJson(path.join(src, "fonts", "versions.json"))[name];
}

function chapter({ name, version, licence, text }) {
  const title = `${name} ${version} (${licence})`;
  return `${title}\n${"=".repeat(title.length)}\n\n${text.trim()}\n\n`;
}

/* One digest over everything the results are made of; a test computes it again. */
function sources() {
  const hash = createHash("sha256");
  const files = ["package-lock.json", "static/build.mjs", ...walk(src)].sort();
  for (const file of files) {
    hash.update(`${file} ${createHash("sha256").update(readFileSync(path.join(root, file))).digest("hex")}\n`);
  }
  return hash.digest("hex");
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? walk(full) : [path.relative(root, full).split(path.sep).join("/")];
  });
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
