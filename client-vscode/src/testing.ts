/** The Testing view: each open document with its functions, and below each function its properties. */

import * as vscode from "vscode";
import type { DocumentVerdicts, FunctionVerdict } from "./core/protocol";
import { type Node, nodesOf, type Result } from "./core/tree";
import { Coverage } from "./coverage";
import type { Server } from "./server";
import type { Verdicts } from "./verdicts";

export class Testing implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("refute", "Refute");
  private readonly disposables: readonly vscode.Disposable[];
  private readonly coverage: Coverage;
  /** The result that each item shows, as text, so that only what is new is told. */
  private readonly shown = new Map<string, string>();

  constructor(
    private readonly server: Server,
    verdicts: Verdicts,
  ) {
    this.coverage = new Coverage(server);
    const handler = (request: vscode.TestRunRequest, token: vscode.CancellationToken) =>
      request.continuous ? this.watch(request, token) : this.run(request, token);
    this.controller.createRunProfile("Check", vscode.TestRunProfileKind.Run, handler, true, undefined, true);
    const lines = this.controller.createRunProfile(
      "Check, and Show the Lines That Inputs Reach",
      vscode.TestRunProfileKind.Coverage,
      (request, token) => this.run(request, token, this.coverage),
    );
    lines.loadDetailedCoverage = async (_run, file) => this.coverage.load(file);
    this.disposables = [this.controller, verdicts.onDidChange((changed) => this.update(changed))];
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Check the functions of a request, and end its run when all are judged. */
  private async run(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    coverage?: Coverage,
  ): Promise<void> {
    const run = this.controller.createTestRun(request);
    const functions = this.functionsOf(request);
    try {
      await Promise.all(functions.map((item) => this.check(item, run, token)));
      await coverage?.collect(run, functions, token);
    } finally {
      run.end();
    }
  }

  /** Check the functions of a request each time their file is saved, also where the settings say not to. */
  private watch(request: vscode.TestRunRequest, token: vscode.CancellationToken): void {
    const saves = vscode.workspace.onDidSaveTextDocument(async ({ uri }) => {
      const items = this.functionsOf(request).filter((item) => item.uri?.toString() === uri.toString());
      if (items.length > 0) {
        await this.run(new vscode.TestRunRequest(items, [], request.profile, true), token);
      }
    });
    token.onCancellationRequested(() => saves.dispose());
  }

  private async check(item: vscode.TestItem, run: vscode.TestRun, token: vscode.CancellationToken): Promise<void> {
    run.started(item);
    try {
      const known = await this.judged(item, token);
      for (const node of known === undefined ? [] : nodesOf([known])) {
        this.place(node, item);
        this.tell(node, item, run);
      }
    } catch (error) {
      run.errored(item, new vscode.TestMessage(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Have a function checked and wait for its verdict; undefined when that is cancelled. */
  private async judged(item: vscode.TestItem, token: vscode.CancellationToken): Promise<FunctionVerdict | undefined> {
    const argument = { uri: item.uri?.toString(), function: item.id };
    await this.server.execute("refute.check", argument);
    while (!token.isCancellationRequested) {
      const known = (await this.server.execute("refute.report", argument)) as FunctionVerdict | undefined;
      if (known === undefined) {
        throw new Error("The language server is not running.");
      }
      if (!known.running) {
        return known;
      }
      // Asked again also without news: a check that ends as it began changes nothing that would be told.
      await Promise.race([nextVerdicts(this.server), pause(REPORT_MS)]);
    }
    return undefined;
  }

  /** The items of functions that a request means: a file means its functions, a property the one that it belongs to. */
  private functionsOf({ include, exclude }: vscode.TestRunRequest): readonly vscode.TestItem[] {
    const functions = (item: vscode.TestItem): readonly vscode.TestItem[] => {
      if (item.parent === undefined) {
        return childrenOf(item);
      }
      return [item.parent.parent === undefined ? item : item.parent];
    };
    const all = (include ?? itemsOf(this.controller.items)).flatMap(functions);
    return [...new Set(all)].filter((item) => !exclude?.some((out) => out === item || out === item.parent));
  }

  private update({ uri, functions }: DocumentVerdicts): void {
    const address = vscode.Uri.parse(uri);
    const id = address.toString();
    if (functions.length === 0) {
      this.controller.items.delete(id);
      this.forget(id);
      return;
    }
    const file = this.controller.items.get(id) ?? this.addFile(id, address);
    const nodes = nodesOf(functions);
    replaceChildren(this.controller, file, nodes);
    const news: [Node, vscode.TestItem][] = [];
    for (const node of nodes) {
      const item = file.children.get(node.id);
      if (item !== undefined) {
        this.place(node, item);
        this.collect(node, item, news);
      }
    }
    if (news.length > 0) {
      const request = new vscode.TestRunRequest(
        news.map(([, item]) => item),
        undefined,
        undefined,
        false,
        true,
      );
      const run = this.controller.createTestRun(request, "Refute", false);
      for (const [node, item] of news) {
        this.tell(node, item, run);
      }
      run.end();
    }
  }

  private addFile(id: string, uri: vscode.Uri): vscode.TestItem {
    const file = this.controller.createTestItem(id, vscode.workspace.asRelativePath(uri), uri);
    this.controller.items.add(file);
    return file;
  }

  /** Bring an item and what is below it up to date, but for its result. */
  private place(node: Node, item: vscode.TestItem): void {
    const { start, end } = node.range;
    item.description = node.description;
    item.range = new vscode.Range(start.line, start.character, end.line, end.character);
    item.busy = node.running;
    replaceChildren(this.controller, item, node.children);
    for (const child of node.children) {
      const below = item.children.get(child.id);
      if (below !== undefined) {
        this.place(child, below);
      }
    }
  }

  /** Gather the functions with a result that is not shown yet; mark those outdated whose result is of before an edit. */
  private collect(node: Node, item: vscode.TestItem, news: [Node, vscode.TestItem][]): void {
    const key = keyOf(item);
    if (node.outdated) {
      if (this.shown.delete(key)) {
        this.controller.invalidateTestResults(item);
      }
    } else if (!node.running && node.result !== undefined && this.shown.get(key) !== fingerprint(node)) {
      news.push([node, item]);
    }
  }

  private tell(node: Node, item: vscode.TestItem, run: vscode.TestRun): void {
    this.shown.set(keyOf(item), fingerprint(node));
    report(node.result, item, run);
    for (const child of node.children) {
      const below = item.children.get(child.id);
      if (below !== undefined) {
        report(child.result, below, run);
      }
    }
  }

  private forget(file: string): void {
    for (const key of this.shown.keys()) {
      if (key.startsWith(`${file}\n`)) {
        this.shown.delete(key);
      }
    }
  }
}

const REPORT_MS = 500;

function report(result: Result | undefined, item: vscode.TestItem, run: vscode.TestRun): void {
  switch (result?.kind) {
    case "passed":
      run.passed(item, result.milliseconds);
      break;
    case "failed":
      // As output, not as a message: messages are also written behind the line, where the squiggle says it already.
      run.appendOutput(`${result.message.replace(/\n/g, "\r\n")}\r\n`, undefined, item);
      run.failed(item, []);
      break;
    case "skipped":
      run.skipped(item);
      break;
  }
}

/** Keep the children that `nodes` still have, so that they stay selected and expanded. */
function replaceChildren(controller: vscode.TestController, parent: vscode.TestItem, nodes: readonly Node[]): void {
  parent.children.replace(
    nodes.map((node) => {
      const kept = parent.children.get(node.id);
      return kept?.label === node.label ? kept : controller.createTestItem(node.id, node.label, parent.uri);
    }),
  );
}

function childrenOf(item: vscode.TestItem): readonly vscode.TestItem[] {
  return itemsOf(item.children);
}

function itemsOf(items: vscode.TestItemCollection): readonly vscode.TestItem[] {
  return [...items].map(([, item]) => item);
}

function keyOf(item: vscode.TestItem): string {
  return `${item.uri?.toString()}\n${item.id}`;
}

function fingerprint({ result, children }: Node): string {
  return JSON.stringify([result, children.map((child) => [child.id, child.result])]);
}

function nextVerdicts(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const once = server.onVerdicts(() => {
      once.dispose();
      resolve();
    });
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
