/** The page that shows which inputs a function was tried on. No scripts in it: links are commands. */

import type { Inputs, Share, TriedInput } from "./protocol";

export interface InputsPage {
  readonly inputs: Inputs;
  /** The lines of the document that the inputs belong to, for the lines that calls reached. */
  readonly source: readonly string[];
  /** The function was edited since. */
  readonly outdated: boolean;
  /** Addresses of the commands behind the links. */
  readonly refresh: string;
  readonly reveal: (line: number) => string;
}

/** The body of the page. */
export function inputsPage(page: InputsPage): string {
  const { inputs } = page;
  return [
    `<h1>Inputs of <code>${escaped(inputs.function)}</code></h1>`,
    `<p role="status">${escaped(summary(inputs))} <a href="${escaped(page.refresh)}">Try again</a></p>`,
    page.outdated ? `<p class="note">The function was edited since: this is how it was.</p>` : "",
    ...(inputs.calls === 0 ? [] : [parameters(inputs), answers(inputs), lines(page), tried(inputs)]),
  ].join("\n");
}

/** A page that says why there is nothing to show. */
export function problemPage(name: string, problem: string, refresh: string): string {
  return [
    `<h1>Inputs of <code>${escaped(name)}</code></h1>`,
    `<p role="status">${escaped(problem)} <a href="${escaped(refresh)}">Try again</a></p>`,
  ].join("\n");
}

/** In a sentence or two how many inputs there were. */
export function summary({ calls, distinct, discarded, reason }: Inputs): string {
  if (calls === 0) {
    return `Nothing was called: ${reason || "no input was found"}.`;
  }
  const repeated = distinct === calls ? "all different" : `${distinct} different`;
  const left = reason ? `, the last one because ${reason}` : "";
  const drawn = discarded === 0 ? "None was discarded." : `${discarded} more were drawn and discarded${left}.`;
  return `${count(calls, "input")}, ${repeated}. ${drawn}`;
}

function parameters({ domain, shares, calls }: Inputs): string {
  const rows = Object.entries(domain?.parameters ?? {}).map(
    ([name, strategy]) =>
      `<tr><th scope="row"><code>${escaped(name)}</code><br><code class="note">${escaped(strategy)}</code></th>` +
      `<td>${bars(sharesOf(shares, name), calls)}</td></tr>`,
  );
  const where = domain?.precondition ? `<p>Only where <code>${escaped(domain.precondition)}</code></p>` : "";
  const head = "<tr><th>Parameter, drawn from</th><th>What was tried</th></tr>";
  return rows.length === 0 ? "" : `<h2>Parameters</h2>${where}<table>${head}${rows.join("")}</table>`;
}

function answers({ shares, calls }: Inputs): string {
  return `<h2>What came out</h2>${bars(sharesOf(shares, ""), calls)}`;
}

function sharesOf(shares: readonly Share[], name: string): readonly Share[] {
  return shares.filter((share) => share.name === name);
}

function bars(shares: readonly Share[], calls: number): string {
  const items = shares.map(({ label, count }) => {
    const percent = Math.round((100 * count) / calls);
    const told = `<span class="label">${escaped(label)}</span>`;
    return `<li>${told}<meter max="${calls}" value="${count}">${percent} %</meter> ${count} (${percent} %)</li>`;
  });
  return `<ul class="bars">${items.join("")}</ul>`;
}

function lines({ inputs, source, reveal }: InputsPage): string {
  if (inputs.lines.length === 0) {
    return "";
  }
  const reached = inputs.lines.filter(({ calls }) => calls > 0).length;
  const rows = inputs.lines.map(({ line, calls }) => {
    const text = `<a href="${escaped(reveal(line - 1))}"><code>${escaped(source[line - 1] ?? "")}</code></a>`;
    const how = calls === 0 ? "never" : count(calls, "call");
    return `<tr${calls === 0 ? ' class="never"' : ""}><td>${line}</td><td>${how}</td><td>${text}</td></tr>`;
  });
  const head = "<tr><th>Line</th><th>Reached by</th><th>Source</th></tr>";
  const title = `${reached} of ${count(inputs.lines.length, "line")} reached`;
  return `<h2>${title}</h2><table class="lines">${head}${rows.join("")}</table>`;
}

function tried({ inputs, domain, calls }: Inputs): string {
  const names = Object.keys(domain?.parameters ?? inputs[0]?.arguments ?? {});
  const head = [...names.map((name) => `<th><code>${escaped(name)}</code></th>`), "<th>Came out</th>"].join("");
  const rows = inputs.map((input) => triedRow(input, names));
  const some = inputs.length < calls ? `The first ${inputs.length} inputs` : "All inputs";
  return `<h2>${some}</h2><table><tr>${head}</tr>${rows.join("")}</table>`;
}

function triedRow({ arguments: values, stated, result, exception }: TriedInput, names: readonly string[]): string {
  const cells = names.map((name) => `<td><code>${escaped(values[name] ?? "")}</code></td>`);
  const came =
    exception === null ? `<code>${escaped(result ?? "")}</code>` : `raises <code>${escaped(exception)}</code>`;
  const from = stated ? ' <span class="note">stated</span>' : "";
  return `<tr${exception === null ? "" : ' class="raised"'}>${cells.join("")}<td>${came}${from}</td></tr>`;
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

/** `text` as text of a page, whatever it holds: values come from the user's code. */
export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (sign) => names[sign] ?? sign);
}
