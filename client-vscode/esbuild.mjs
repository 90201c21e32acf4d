// node esbuild.mjs           dist/extension.js, one file with all that the extension needs
// node esbuild.mjs --tests   out/test/*.test.js, the unit tests, for node's test runner
import { rmSync } from "node:fs";
import { build } from "esbuild";

const shared = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

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
  });
}
