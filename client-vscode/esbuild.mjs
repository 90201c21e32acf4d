// node esbuild.mjs           dist/extension.js, one file with all that the extension needs
// node esbuild.mjs --tests   out/test/*.test.js, the unit tests, for node's test runner
import { rmSync, statSync } from "node:fs";
import { build } from "esbuild";

const shared = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

/** What the bundle may weigh. It is read and compiled each time a window opens its first Python file. */
const MOST_BYTES = 400_000;

/** Modules of the language client for what this server does not offer. */
const UNUSED = [
  "callHierarchy",
  "colorProvider",
  "completion",
  "declaration",
  "definition",
  "diagnostic", // asking for diagnostics: the server sends them by itself
  "documentHighlight",
  "documentLink",
  "documentSymbol",
  "foldingRange",
  "formatting",
  "implementation",
  "inlayHint",
  "inlineCompletion",
  "inlineValue",
  "linkedEditingRange",
  "notebook",
  "reference",
  "rename",
  "selectionRange",
  "semanticTokens",
  "signatureHelp",
  "textDocumentContent",
  "typeDefinition",
  "typeHierarchy",
  "workspaceSymbol",
];

/** In the place of each of their classes stands a feature that announces and does nothing. */
const ABSENT = `
class Absent {
  fillClientCapabilities() {}
  initialize() {}
  getState() { return { kind: "static" }; }
  clear() {}
}
module.exports = new Proxy({}, { get: () => Absent });`;

const withoutUnused = {
  name: "without-unused-features",
  setup({ onLoad }) {
    const modules = new RegExp(
      `vscode-languageclient/lib/common/(${UNUSED.join("|")})\\.js$`.replaceAll("/", "[/\\\\]"),
    );
    onLoad({ filter: modules }, () => ({ contents: ABSENT, loader: "js" }));
    // "engines" in package.json keeps older editors out already.
    onLoad({ filter: /semver[/\\]functions[/\\](parse|satisfies)\.js$/ }, () => ({
      contents: "module.exports = () => true;",
      loader: "js",
    }));
  },
};

if (process.argv.includes("--tests")) {
  rmSync("out/test", { recursive: true, force: true });
  await build({ ...shared, entryPoints: ["../tests/client/*.test.ts"], outdir: "out/test", sourcemap: "inline" });
} else {
  await build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"],
    minify: true,
    plugins: [withoutUnused],
  });
  const { size } = statSync("dist/extension.js");
  if (size > MOST_BYTES) {
    throw new Error(`dist/extension.js has ${size} bytes; ${MOST_BYTES} are allowed`);
  }
}
